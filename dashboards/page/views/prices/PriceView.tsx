import type { JSX } from 'preact';

export function PriceView({ provider, model }: { readonly provider: string; readonly model: string }): JSX.Element {
  return (
    <h1 tabIndex={-1}>
      {provider}/{model}
    </h1>
  );
}
