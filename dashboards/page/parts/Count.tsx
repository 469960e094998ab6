import type { JSX } from 'preact';
import { formatCount, formatExact } from '../format/numbers.ts';

/** Short where it is long; every digit is its title. */
export function Count({ of }: { readonly of: number }): JSX.Element {
  return (
    <span class="nw" title={formatExact(of)}>
      {formatCount(of)}
    </span>
  );
}
