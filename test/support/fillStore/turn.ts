import { type Agent, agents, type Model } from './cast.ts';
import type { Draw } from './random.ts';
import type { WrittenSpan } from './spans.ts';

/** One user's turn in a session: a trace. */
export interface Turn {
  readonly agent: Agent;
  /** What the spans say; `agent.name` but for hostile names. */
  readonly agentName: string;
  readonly user: string | null;
  readonly session: string | null;
  readonly environment: string | null;
  readonly startMs: number;
  readonly daysAgo: number;
}

const SCOPE = {
  http: '@opentelemetry/instrumentation-http',
  genai: 'opentelemetry.instrumentation.genai',
  gateway: 'litellm',
};
const ERROR_CHANCE = 0.02;
const GATEWAY_CHANCE = 0.06;
const BELOW_CHANCE = 0.35;
const TOOL_CHANCE = 0.5;
const CACHE_CHANCE = 0.4;
const FEATURES = ['faq', 'returns', 'billing', 'onboarding'];

/** Spans of one trace, ids drawn. */
class Trace {
  readonly spans: WrittenSpan[] = [];
  readonly traceId: string;
  readonly #turn: Turn;
  readonly #draw: Draw;

  constructor(turn: Turn, draw: Draw) {
    this.#turn = turn;
    this.#draw = draw;
    this.traceId = draw.hex(32);
  }

  add(
    span: Pick<WrittenSpan, 'name' | 'kind' | 'startMs' | 'durationMs' | 'attributes'> & Partial<WrittenSpan>,
  ): string {
    const spanId = this.#draw.hex(16);
    this.spans.push({
      service: this.#turn.agent.service,
      environment: this.#turn.environment,
      scope: SCOPE.genai,
      traceId: this.traceId,
      parentSpanId: null,
      error: null,
      ...span,
      spanId,
    });
    return spanId;
  }
}

/** A server span, the agent's own span below it, and its calls to models, to tools and to other agents below that. */
export function spansOfTurn(turn: Turn, draw: Draw): WrittenSpan[] {
  const { agent, agentName, user, session, startMs } = turn;
  const trace = new Trace(turn, draw);
  const durationMs = draw.whole(1_500, 9_000);
  const root = trace.add({
    scope: SCOPE.http,
    name: `POST ${agent.route}`,
    kind: 2,
    startMs,
    durationMs: durationMs + 2_000 * agent.calls,
    attributes: {
      'http.route': agent.route,
      'http.request.method': 'POST',
      'tollgate.tag.feature': draw.pick(FEATURES),
    },
  });
  const run = trace.add({
    parentSpanId: root,
    name: `invoke_agent ${agentName}`,
    kind: 1,
    startMs: startMs + 5,
    durationMs,
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': agentName,
      ...(user === null ? {} : { 'user.id': user }),
      ...(session === null ? {} : { 'gen_ai.conversation.id': session }),
    },
  });
  addCalls(trace, turn, { agent, parentSpanId: run, startMs: startMs + 20 }, draw);
  const below = agents.filter(({ name }) => agent.below?.includes(name) === true);
  for (const other of below) {
    if (!draw.chance(BELOW_CHANCE)) continue;
    const parentSpanId = trace.add({
      parentSpanId: run,
      name: `invoke_agent ${other.name}`,
      kind: 1,
      startMs: startMs + 800,
      durationMs: durationMs / 2,
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': other.name },
    });
    addCalls(trace, turn, { agent: other, parentSpanId, startMs: startMs + 820 }, draw);
  }
  return trace.spans;
}

interface Place {
  readonly agent: Agent;
  readonly parentSpanId: string;
  readonly startMs: number;
}

function addCalls(trace: Trace, turn: Turn, { agent, parentSpanId, startMs }: Place, draw: Draw): void {
  const { switched } = agent;
  const models = switched !== undefined && turn.daysAgo < switched.daysAgo ? switched.to : agent.models;
  const model = draw.weighted(models);
  const calls = draw.whole(1, agent.calls);
  let atMs = startMs;
  for (let call = 0; call < calls; call += 1) {
    const durationMs = draw.skewed(250, 12_000);
    const isFailed = draw.chance(ERROR_CHANCE);
    addCall(trace, { agent, model, parentSpanId, startMs: atMs, durationMs, isFailed }, draw);
    atMs += durationMs + 10;
    // A failed call is made once more.
    if (isFailed) call -= 1;
    else if (draw.chance(TOOL_CHANCE)) {
      trace.add({
        parentSpanId,
        name: 'execute_tool search',
        kind: 1,
        startMs: atMs,
        durationMs: 40,
        attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' },
      });
      atMs += 50;
    }
  }
}

interface CallPlace extends Place {
  readonly model: Model;
  readonly durationMs: number;
  readonly isFailed: boolean;
}

function addCall(trace: Trace, place: CallPlace, draw: Draw): void {
  const { agent, model, parentSpanId, startMs, durationMs, isFailed } = place;
  const operation = agent.operation ?? 'chat';
  const asked = {
    'gen_ai.operation.name': operation,
    'gen_ai.provider.name': model.provider,
    'gen_ai.request.model': model.request,
  };
  const span = { parentSpanId, name: `${operation} ${model.request}`, kind: 3, startMs, durationMs } as const;
  if (isFailed) {
    trace.add({ ...span, attributes: asked, error: draw.pick(['rate_limit_exceeded', 'timeout', '529']) });
    return;
  }
  const answered = {
    ...asked,
    'gen_ai.response.model': model.response,
    'gen_ai.response.id': `resp_${draw.hex(24)}`,
    ...usageOf(place, draw),
  };
  const call = trace.add({ ...span, attributes: answered });
  // The gateway in between reports the same call, which is charged once.
  if (!draw.chance(GATEWAY_CHANCE)) return;
  trace.add({
    ...span,
    service: 'llm-gateway',
    scope: SCOPE.gateway,
    parentSpanId: call,
    startMs: startMs + 2,
    durationMs: Math.max(1, durationMs - 4),
    attributes: answered,
  });
}

function usageOf({ agent, model }: CallPlace, draw: Draw): Record<string, number> {
  const input = draw.skewed(...agent.inputTokens);
  const output = draw.skewed(...agent.outputTokens);
  const isCached = model.caches === true && draw.chance(CACHE_CHANCE);
  const isWritten = isCached && model.provider === 'anthropic' && draw.chance(0.3);
  return {
    'gen_ai.usage.input_tokens': input,
    ...(agent.operation === 'embeddings' ? {} : { 'gen_ai.usage.output_tokens': output }),
    ...(isCached ? { 'gen_ai.usage.cache_read.input_tokens': Math.floor(input * 0.6) } : {}),
    ...(isWritten ? { 'gen_ai.usage.cache_write.input_tokens': Math.floor(input * 0.2) } : {}),
    ...(model.reasons === true ? { 'gen_ai.usage.reasoning.output_tokens': Math.floor(output * draw.share()) } : {}),
    ...(model.provider === 'openrouter' ? { 'gen_ai.usage.cost': (input * 2 + output * 8) / 1e7 } : {}),
  };
}
