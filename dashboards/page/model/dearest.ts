import { parseFemto } from './costParts.ts';

interface Costly {
  readonly charge: string | null;
  readonly cost_usd: string | null;
}

/** The charged span with the greatest cost, the first of equals; null where none has one. */
export function dearest<Span extends Costly>(spans: readonly Span[]): Span | null {
  let found: Span | null = null;
  let most = -1n;
  for (const span of spans) {
    const cost = span.charge === 'charged' && span.cost_usd !== null ? parseFemto(span.cost_usd) : null;
    if (cost === null || cost <= most) continue;
    most = cost;
    found = span;
  }
  return found;
}
