import type { SpanKind } from '../../../src/span.ts';
import { Draw } from './draw.ts';
import { hexId, spanOf, type Exported, type Words } from './span.ts';

const KINDS: readonly SpanKind[] = [1, 2, 3];
const MODELS = [
  { provider: 'openai', name: 'gpt-4o' },
  { provider: 'openai', name: 'gpt-4o' },
  { provider: 'openai', name: 'gpt-4o' },
  { provider: 'anthropic', name: 'claude-3-5-haiku-20241022' },
  { provider: 'openai', name: 'gpt-99-nobody' },
  { provider: null, name: null },
];
const ROLES = [
  'call',
  'call',
  'call',
  'call',
  'call',
  'call',
  'call',
  'silent call',
  'agent',
  'agent total',
  'plain',
] as const;

/**
 * Spans of which everything is drawn from next to nothing, so that ids, times, totals, parents, rings and copies of one
 * row meet all the time, in ways no application makes. The same for a seed.
 */
export function smallUniverse(seed: number, tenant: string): readonly Exported[] {
  const draw = new Draw(seed);
  const traces = draw.between(1, 3);
  const spans = draw.pick([3, 4, 6, 9]);
  return Array.from({ length: draw.between(1, draw.pick([4, 8, 14])) }, () => anySpan(draw, tenant, traces, spans));
}

function anySpan(draw: Draw, tenant: string, traces: number, spans: number): Exported {
  const traceId = hexId(32, draw.between(1, traces));
  const role = draw.pick(ROLES);
  const number = draw.between(1, spans);
  const model = draw.pick(MODELS);
  const span = spanOf({
    traceId,
    spanId: hexId(16, number),
    parentSpanId: parentOf(draw, number, spans),
    name: 'work',
    kind: draw.pick(KINDS),
    startMs: draw.pick([0, 0, 0, 1000, 1001, 2000, 4001, 10_000]),
    durationMs: draw.pick([0, 0, 1000, 1001, 2000, 5000]),
    scope: draw.pick(['', 'one', 'two', 'pydantic-ai']),
    isError: draw.chance(10),
    attributes: { ...subjectOf(draw), ...(role === 'plain' ? {} : attributesOf(draw, model, role, traceId)) },
    resource: {
      'service.name': draw.pick(['one', 'one', 'two', null]),
      'user.id': draw.chance(5) ? 'team' : null,
      'gen_ai.agent.name': draw.chance(5) ? 'fleet' : null,
    },
  });
  const keyAgent = draw.chance(6) ? 'key-agent' : null;
  return { tenant: draw.chance(97) ? tenant : `${tenant}-other`, keyAgent, span };
}

/** Mostly a span of a smaller number, so that rings are the exception; span 0 never comes. */
function parentOf(draw: Draw, number: number, spans: number): string | null {
  if (draw.chance(20)) return null;
  return hexId(16, draw.chance(8) ? draw.between(0, spans) : draw.between(0, number - 1));
}

function attributesOf(
  draw: Draw,
  model: (typeof MODELS)[number],
  role: Exclude<(typeof ROLES)[number], 'plain'>,
  traceId: string,
): Words {
  const isAgent = role === 'agent' || role === 'agent total';
  const hasUsage = role === 'call' || role === 'agent total';
  const operation = draw.pick(['chat', 'chat', 'chat', 'chat', 'embeddings', 'rerank', null]);
  return {
    'gen_ai.operation.name': isAgent ? 'invoke_agent' : operation,
    'gen_ai.provider.name': model.provider,
    'gen_ai.request.model': model.name,
    'gen_ai.response.id': draw.pick([null, null, 'resp-one', 'resp-two', 'resp-two', 'short', traceId]),
    'anthropic.request.id': draw.chance(15) ? draw.pick(['resp-one', 'req-three']) : null,
    'gen_ai.usage.input_tokens': hasUsage ? draw.pick([0, 10, 10, 20, 30]) : null,
    'gen_ai.usage.output_tokens': hasUsage ? draw.pick([0, 10, 10, 20, null]) : null,
    'gen_ai.usage.reasoning.output_tokens': hasUsage && draw.chance(15) ? 0 : null,
    'tollgate.usage.source': draw.chance(8) ? 'estimate' : null,
  };
}

function subjectOf(draw: Draw): Words {
  return {
    'user.id': draw.chance(20) ? draw.pick(['ann', 'bob']) : null,
    'gen_ai.conversation.id': draw.chance(20) ? draw.pick(['s1', 's2']) : null,
    'gen_ai.agent.name': draw.chance(20) ? draw.pick(['planner', 'coder']) : null,
    'gen_ai.agent.id': draw.chance(10) ? 'id-1' : null,
    'tollgate.run.id': draw.chance(8) ? draw.pick(['run-1', 'run-2']) : null,
    'http.route': draw.chance(8) ? '/chat' : null,
    'tollgate.tag.team': draw.chance(8) ? draw.pick(['red', 'blue']) : null,
  };
}
