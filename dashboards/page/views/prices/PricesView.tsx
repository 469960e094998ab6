import type { JSX } from 'preact';

export function PricesView(): JSX.Element {
  return <h1 tabIndex={-1}>PricesView</h1>;
}
