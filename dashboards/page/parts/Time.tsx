import type { JSX } from 'preact';
import { formatInstant, formatRelative, formatUtc } from '../format/times.ts';

/** In the viewer's zone; UTC is its title. */
export function Time({ iso, relative = false }: { readonly iso: string; readonly relative?: boolean }): JSX.Element {
  return (
    <time class="nw" dateTime={iso} title={formatUtc(iso)}>
      {relative ? formatRelative(iso) : formatInstant(iso)}
    </time>
  );
}
