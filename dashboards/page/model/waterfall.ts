/** What a waterfall needs of a span; the API's spans have it. */
export interface TreeSpan<Span> {
  readonly span_id: string;
  readonly started_at: string;
  readonly duration_ms: number;
  readonly children: readonly Span[];
}

export interface WaterfallRow<Span> {
  readonly key: string;
  readonly span: Span;
  /** From 1, as `aria-level` counts. */
  readonly level: number;
  /** From 1, among its siblings. */
  readonly position: number;
  readonly setSize: number;
  /** Null where nothing is below. */
  readonly isExpanded: boolean | null;
  /** Key of the span above; null for a root. */
  readonly parent: string | null;
}

/** Span ids may repeat within a trace, and then the start tells them apart. */
export function spanKey(span: { readonly span_id: string; readonly started_at: string }): string {
  return `${span.span_id}@${span.started_at}`;
}

/** The rows to show from the top, without what is below a collapsed one. The API bounds the depth, so recursion is safe. */
export function waterfallRows<Span extends TreeSpan<Span>>(
  roots: readonly Span[],
  collapsed: ReadonlySet<string>,
): WaterfallRow<Span>[] {
  const rows: WaterfallRow<Span>[] = [];
  const add = (spans: readonly Span[], level: number, parent: string | null): void => {
    for (const [at, span] of spans.entries()) {
      const key = spanKey(span);
      const isExpanded = span.children.length === 0 ? null : !collapsed.has(key);
      rows.push({ key, span, level, position: at + 1, setSize: spans.length, isExpanded, parent });
      if (isExpanded === true) add(span.children, level + 1, key);
    }
  };
  add(roots, 1, null);
  return rows;
}

/** Keys of every span that has others below it. */
export function branches<Span extends TreeSpan<Span>>(roots: readonly Span[]): string[] {
  const keys: string[] = [];
  const visit = (span: Span): void => {
    if (span.children.length > 0) keys.push(spanKey(span));
    for (const child of span.children) visit(child);
  };
  for (const root of roots) visit(root);
  return keys;
}

/** Keys of the spans that are charged or have a charged one below. */
export function keysWithCharged<Span extends TreeSpan<Span> & { readonly charge: string | null }>(
  roots: readonly Span[],
): Set<string> {
  const keys = new Set<string>();
  const visit = (span: Span): boolean => {
    const below = span.children.map(visit).includes(true);
    const isHere = below || span.charge === 'charged';
    if (isHere) keys.add(spanKey(span));
    return isHere;
  };
  for (const root of roots) visit(root);
  return keys;
}

/** All spans, from the top. */
export function allSpans<Span extends TreeSpan<Span>>(roots: readonly Span[]): Span[] {
  return waterfallRows(roots, new Set()).map(({ span }) => span);
}

/**
 * What a large trace has collapsed when it is first shown: level by level is opened as long as not more than `rowsMax`
 * rows would show. A small one is open as a whole.
 */
export function collapsedAtFirst<Span extends TreeSpan<Span>>(roots: readonly Span[], rowsMax: number): Set<string> {
  let level: readonly Span[] = roots;
  let shown = roots.length;
  while (level.length > 0) {
    const below = level.flatMap(({ children }) => children);
    if (shown + below.length > rowsMax) return new Set(branches(level));
    shown += below.length;
    level = below;
  }
  return new Set();
}

/** Keys of the spans above the one with this id, so that it can be brought into view; null where it is not here. */
export function pathTo<Span extends TreeSpan<Span>>(roots: readonly Span[], spanId: string): string[] | null {
  for (const span of roots) {
    if (span.span_id === spanId) return [];
    const below = pathTo(span.children, spanId);
    if (below !== null) return [spanKey(span), ...below];
  }
  return null;
}

/** Microseconds since 1970: a double holds them exactly, and the API's fractions have six digits at most. */
export function epochMicros(iso: string): number {
  const [, whole = iso, fraction = ''] = /^(.*?)(?:\.(\d{1,6}))?Z$/.exec(iso) ?? [];
  return Date.parse(`${whole}Z`) * 1000 + Number(fraction.padEnd(6, '0'));
}

const MICROS_PER_MS = 1000;

export interface TimeSpan {
  readonly startMicros: number;
  readonly lengthMs: number;
}

/** From the first start to the last end of all spans, those that are not shown too. */
export function traceTime<Span extends TreeSpan<Span>>(roots: readonly Span[]): TimeSpan {
  let start = Infinity;
  let end = -Infinity;
  const visit = (span: Span): void => {
    const from = epochMicros(span.started_at);
    start = Math.min(start, from);
    end = Math.max(end, from + span.duration_ms * MICROS_PER_MS);
    for (const child of span.children) visit(child);
  };
  for (const root of roots) visit(root);
  if (start > end) return { startMicros: 0, lengthMs: 0 };
  return { startMicros: start, lengthMs: (end - start) / MICROS_PER_MS };
}

/** Where the bar of a span lies, both from 0 to 1. A trace without length has every bar at its start. */
export function barOf(
  span: { readonly started_at: string; readonly duration_ms: number },
  time: TimeSpan,
): { readonly from: number; readonly length: number } {
  if (time.lengthMs === 0) return { from: 0, length: 0 };
  const fromMs = (epochMicros(span.started_at) - time.startMicros) / MICROS_PER_MS;
  return { from: fromMs / time.lengthMs, length: span.duration_ms / time.lengthMs };
}

/** What a key does in the tree, after the treegrid pattern of WAI-ARIA with focus on rows. */
export type TreeMove = { readonly focus: number } | { readonly toggle: string } | null;

const PAGE_ROWS = 15;

export function treeMove<Span>(rows: readonly WaterfallRow<Span>[], at: number, key: string): TreeMove {
  const row = rows[at];
  if (row === undefined) return null;
  const focus = (to: number): TreeMove => ({ focus: Math.min(Math.max(to, 0), rows.length - 1) });
  switch (key) {
    case 'ArrowDown':
      return focus(at + 1);
    case 'ArrowUp':
      return focus(at - 1);
    case 'PageDown':
      return focus(at + PAGE_ROWS);
    case 'PageUp':
      return focus(at - PAGE_ROWS);
    case 'Home':
      return focus(0);
    case 'End':
      return focus(rows.length - 1);
    case 'ArrowRight':
      if (row.isExpanded === null) return null;
      return row.isExpanded ? focus(at + 1) : { toggle: row.key };
    case 'ArrowLeft': {
      if (row.isExpanded === true) return { toggle: row.key };
      const parent = rows.findIndex(({ key: other }) => other === row.parent);
      return parent === -1 ? null : focus(parent);
    }
    default:
      return null;
  }
}
