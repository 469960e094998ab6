import { type Tags, unite } from '../attribution/tags.ts';
import type { Attribution, AttributionRule, Subject } from '../call.ts';
import type { TraceSpan } from './traceSpan.ts';
import type { TraceNode, TraceTree } from './traceTree.ts';

/** What a copy was told, by which rule. */
interface Said<Span extends TraceSpan> {
  readonly value: string;
  readonly rule: AttributionRule;
  readonly node: TraceNode<Span>;
}

type Dimension = 'agent' | 'user' | 'session';

const SERVER = 2;
/** What a copy was told by whom: a span's word, way up and key before the trace at large before the resource. */
const strength: Readonly<Record<AttributionRule, number>> = {
  key: 0,
  span: 0,
  ancestor: 0,
  root: 0,
  trace: 1,
  resource: 2,
};

/** Whom a paid call belongs to, by all of its copies (docs/charging.md, "Attribution"). */
export function attributionOf<Span extends TraceSpan>(
  copies: readonly TraceNode<Span>[],
  treeOf: (node: TraceNode<Span>) => TraceTree<Span>,
): Attribution {
  const ordered = copies.length === 1 ? copies : [...copies].sort(byOutermost);
  const [outermost] = ordered;
  if (outermost === undefined) throw new Error('expected a paid call with a copy, found none');
  const agent = strongest(ordered, 'agent', treeOf);
  const user = strongest(ordered, 'user', treeOf);
  const session = strongest(ordered, 'session', treeOf);
  return {
    agent: agent?.value ?? null,
    agentId: agent === null ? null : agentIdOf(agent.node, agent.rule),
    user: user?.value ?? null,
    session: session?.value ?? null,
    run:
      firstOf(
        ordered,
        (node) => node.runOf?.own.run ?? null,
        ({ run }) => run,
      ) ?? outermost.span.traceId,
    endpoint: firstOf(
      ordered,
      (node) => node.endpointOf?.own.endpoint ?? null,
      ({ endpoint }) => endpoint,
    ),
    tags: tagsOf(ordered),
    agentPath: ordered.find(({ agentPath }) => agentPath.length > 0)?.agentPath ?? noPath,
    rules: { agent: agent?.rule ?? null, user: user?.rule ?? null, session: session?.rule ?? null },
  };
}

const noPath: readonly string[] = [];

function strongest<Span extends TraceSpan>(
  ordered: readonly TraceNode<Span>[],
  dimension: Dimension,
  treeOf: (node: TraceNode<Span>) => TraceTree<Span>,
): Said<Span> | null {
  let best: Said<Span> | null = null;
  for (const node of ordered) {
    const said = saidOf(node, dimension, treeOf);
    if (said !== null && (best === null || strength[said.rule] < strength[best.rule])) best = said;
  }
  return best;
}

function saidOf<Span extends TraceSpan>(
  node: TraceNode<Span>,
  dimension: Dimension,
  treeOf: (node: TraceNode<Span>) => TraceTree<Span>,
): Said<Span> | null {
  const { span } = node;
  const key = dimension === 'agent' ? (span.call?.keyAgent ?? null) : null;
  if (key !== null) return { value: key, rule: 'key', node };
  const from = sayerOf(node, dimension);
  const value = from?.own[dimension] ?? null;
  if (from !== null && value !== null) return { value, rule: ruleOf(from, span), node };
  const common = commonOf(treeOf(node), dimension);
  if (common !== null) return { value: common, rule: 'trace', node };
  const ofResource = resourceOf(node)?.[dimension] ?? null;
  return ofResource === null ? null : { value: ofResource, rule: 'resource', node };
}

function sayerOf<Span extends TraceSpan>(node: TraceNode<Span>, dimension: Dimension): Span | null {
  if (dimension === 'agent') return node.agentOf;
  return dimension === 'user' ? node.userOf : node.sessionOf;
}

function commonOf({ commonUser, commonSession }: TraceTree<TraceSpan>, dimension: Dimension): string | null {
  if (dimension === 'agent') return null;
  return dimension === 'user' ? commonUser : commonSession;
}

function ruleOf(from: TraceSpan, span: TraceSpan): AttributionRule {
  if (from === span) return 'span';
  return from.parentSpanId === null ? 'root' : 'ancestor';
}

/** An id belongs to the agent of its own level: another level's would name another agent. */
function agentIdOf(node: TraceNode<TraceSpan>, rule: AttributionRule): string | null {
  if (rule === 'key') return null;
  return rule === 'resource' ? (resourceOf(node)?.agentId ?? null) : (node.agentOf?.own.agentId ?? null);
}

function resourceOf(node: TraceNode<TraceSpan>): Subject | null {
  return node.span.call?.resourceSubject ?? null;
}

/** The first copy's that its span or one above says, else the first copy's whose resource does. */
function firstOf<Span extends TraceSpan>(
  ordered: readonly TraceNode<Span>[],
  ofNode: (node: TraceNode<Span>) => string | null,
  ofResource: (resource: Subject) => string | null,
): string | null {
  for (const node of ordered) {
    const value = ofNode(node);
    if (value !== null) return value;
  }
  for (const node of ordered) {
    const resource = resourceOf(node);
    const value = resource === null ? null : ofResource(resource);
    if (value !== null) return value;
  }
  return null;
}

function tagsOf(ordered: readonly TraceNode<TraceSpan>[]): Tags {
  const levels = ordered.map(({ tags }) => tags);
  for (const node of ordered) {
    const resource = resourceOf(node);
    if (resource !== null) levels.push(resource.tags);
  }
  return unite(levels);
}

function byOutermost(one: TraceNode<TraceSpan>, two: TraceNode<TraceSpan>): number {
  const isServer = ({ span }: TraceNode<TraceSpan>): number => (span.kind === SERVER ? 1 : 0);
  return (
    isServer(one) - isServer(two) ||
    one.span.startMicros - two.span.startMicros ||
    two.span.endMicros - one.span.endMicros ||
    one.depth - two.depth ||
    byIds(one.span, two.span)
  );
}

export function byIds(one: TraceSpan, two: TraceSpan): number {
  if (one.traceId !== two.traceId) return one.traceId < two.traceId ? -1 : 1;
  if (one.spanId === two.spanId) return 0;
  return one.spanId < two.spanId ? -1 : 1;
}
