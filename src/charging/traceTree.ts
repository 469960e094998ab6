import { type Tags, unite } from '../attribution/tags.ts';
import type { TraceSpan } from './traceSpan.ts';

/** Most agents of a chain that are kept; one who loops through more is in no report. */
const AGENT_PATH_MAX = 16;

/** A span in its place, with the nearest span, itself included, that says each dimension. */
export interface TraceNode<Span extends TraceSpan> {
  readonly span: Span;
  readonly parent: TraceNode<Span> | null;
  /** How many spans are above. */
  readonly depth: number;
  /** The nearest call above that is no container. */
  readonly callAbove: TraceNode<Span> | null;
  readonly agentOf: Span | null;
  readonly userOf: Span | null;
  readonly sessionOf: Span | null;
  readonly runOf: Span | null;
  readonly endpointOf: Span | null;
  readonly tags: Tags;
  /** Distinct agents, the nearest first. */
  readonly agentPath: readonly string[];
}

export interface TraceTree<Span extends TraceSpan> {
  /** Parents before children; otherwise by start and span id. */
  readonly nodes: readonly TraceNode<Span>[];
  /** What all spans of the trace that name a user agree on, else null. */
  readonly commonUser: string | null;
  readonly commonSession: string | null;
}

/** Links the spans of one trace, in linear time and without recursion: senders decide how deep a trace is. */
export function buildTree<Span extends TraceSpan>(spans: readonly Span[]): TraceTree<Span> {
  const sorted = spans.length === 1 ? spans : [...spans].sort(bySpanOrder);
  const parents = parentsOf(sorted);
  const root = onlyRoot(sorted);
  const nodes: TraceNode<Span>[] = [];
  const placed = new Map<Span, TraceNode<Span>>();
  const place = (span: Span): void => {
    const parentSpan = parents.get(span) ?? null;
    const parent = parentSpan === null ? null : (placed.get(parentSpan) ?? null);
    // Where the way up ends at a span that is not there, the root speaks for it.
    const above = parent ?? (root === null || root === span ? null : (placed.get(root) ?? null));
    const node = nodeOf(span, parent, above);
    placed.set(span, node);
    nodes.push(node);
  };
  if (root !== null) place(root);
  const way: Span[] = [];
  for (const span of sorted) {
    for (let at: Span | null = span; at !== null && !placed.has(at); at = parents.get(at) ?? null) way.push(at);
    for (let at = way.pop(); at !== undefined; at = way.pop()) place(at);
  }
  return { nodes, commonUser: common(sorted, 'user'), commonSession: common(sorted, 'session') };
}

/** By start, then span id; of equal ones a call comes before a plain span. */
function bySpanOrder(one: TraceSpan, two: TraceSpan): number {
  if (one.startMicros !== two.startMicros) return one.startMicros - two.startMicros;
  if (one.spanId !== two.spanId) return one.spanId < two.spanId ? -1 : 1;
  return (one.call === null ? 1 : 0) - (two.call === null ? 1 : 0);
}

function onlyRoot<Span extends TraceSpan>(spans: readonly Span[]): Span | null {
  let root: Span | null = null;
  for (const span of spans) {
    if (span.parentSpanId !== null) continue;
    if (root !== null) return null;
    root = span;
  }
  return root;
}

/** The parent of each span that has one here. A ring of parents is opened above its first span. */
function parentsOf<Span extends TraceSpan>(sorted: readonly Span[]): ReadonlyMap<Span, Span> {
  const parents = new Map<Span, Span>();
  if (sorted.length === 1) return parents;
  const first = new Map<string, Span>();
  for (const span of sorted) if (!first.has(span.spanId)) first.set(span.spanId, span);
  for (const span of sorted) {
    const parent = span.parentSpanId === null ? undefined : first.get(span.parentSpanId);
    if (parent !== undefined) parents.set(span, parent);
  }
  const seen = new Set<Span>();
  for (const span of sorted) {
    const way = new Set<Span>();
    let at: Span | undefined = span;
    for (; at !== undefined && !seen.has(at); at = parents.get(at)) {
      seen.add(at);
      way.add(at);
    }
    if (at !== undefined && way.has(at)) parents.delete(firstOfRing(at, parents));
  }
  return parents;
}

function firstOfRing<Span extends TraceSpan>(entry: Span, parents: ReadonlyMap<Span, Span>): Span {
  let first = entry;
  for (let at = parents.get(entry); at !== undefined && at !== entry; at = parents.get(at)) {
    if (bySpanOrder(at, first) < 0) first = at;
  }
  return first;
}

function nodeOf<Span extends TraceSpan>(
  span: Span,
  parent: TraceNode<Span> | null,
  above: TraceNode<Span> | null,
): TraceNode<Span> {
  const { own } = span;
  const isBelowCall = parent !== null && parent.span.call !== null && !parent.span.call.isContainer;
  return {
    span,
    parent,
    depth: parent === null ? 0 : parent.depth + 1,
    callAbove: isBelowCall ? parent : (parent?.callAbove ?? null),
    agentOf: own.agent === null ? (above?.agentOf ?? null) : span,
    userOf: own.user === null ? (above?.userOf ?? null) : span,
    sessionOf: own.session === null ? (above?.sessionOf ?? null) : span,
    runOf: own.run === null ? (above?.runOf ?? null) : span,
    endpointOf: own.endpoint === null ? (above?.endpointOf ?? null) : span,
    tags: above === null ? own.tags : unite([own.tags, above.tags]),
    agentPath: pathOf(own.agent, above?.agentPath ?? noPath),
  };
}

const noPath: readonly string[] = [];

function pathOf(agent: string | null, above: readonly string[]): readonly string[] {
  if (agent === null || agent === above[0]) return above;
  return [agent, ...above.filter((other) => other !== agent)].slice(0, AGENT_PATH_MAX);
}

function common<Span extends TraceSpan>(spans: readonly Span[], dimension: 'user' | 'session'): string | null {
  let value: string | null = null;
  for (const { own } of spans) {
    const said = own[dimension];
    if (said === null || said === value) continue;
    if (value !== null) return null;
    value = said;
  }
  return value;
}
