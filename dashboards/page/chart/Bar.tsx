import type { JSX } from 'preact';

/** A share of the whole, 0 to 1, as a bar in a cell; the figure stands beside it. */
export function Bar({ share }: { readonly share: number }): JSX.Element {
  const width = Math.max(0, Math.min(1, share)) * 100;
  return (
    <svg class="share-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="share-fill" width={width} height="8" />
    </svg>
  );
}
