import type { SpanKind } from '../../../src/span.ts';
import type { Draw } from './draw.ts';
import type { Answer, Emitter } from './emitters.ts';
import { hexId, spanOf, type Exported, type SpanWords, type Words } from './span.ts';

/** Few token numbers, so that equal totals and sums that fit are frequent. */
const TOKENS = [0, 10, 10, 20, 30, 100];
const DURATIONS_MS = [0, 400, 1000, 2500, 9000];
/** gpt-99-nobody has no price. Some names have a publisher in front. */
const MODELS = [
  { provider: 'openai', names: ['gpt-4o', 'openai/gpt-4o', 'gpt-4o-mini', 'gpt-99-nobody'] },
  { provider: 'anthropic', names: ['claude-3-5-sonnet-20241022', 'us.anthropic.claude-3-5-sonnet-20241022-v2:0'] },
  { provider: 'gcp.gemini', names: ['gemini-2.5-flash', 'models/gemini-2.5-flash'] },
  { provider: 'openrouter', names: ['anthropic/claude-3.5-sonnet', 'openai/gpt-4o'] },
] as const;
const EMBEDDING_MODELS = ['text-embedding-3-small', 'openai/text-embedding-3-small'];

/** A place where spans hang: the children of a span, from a moment on, in a service. */
export interface Place {
  readonly traceId: string;
  readonly parentSpanId: string | null;
  readonly service: string | null;
  readonly startMs: number;
}

/** What one case draws from: ids that never meet by chance, unless a scene makes them. */
export class World {
  readonly draw: Draw;
  readonly exported: Exported[] = [];
  readonly #tenant: string;
  readonly #keyAgents: ReadonlyMap<string | null, string>;
  readonly #resource: Words;
  #spans = 0;
  #traces = 0;

  constructor(draw: Draw, tenant: string) {
    this.draw = draw;
    this.#tenant = tenant;
    this.#keyAgents = new Map(draw.chance(15) ? [['gateway', 'key-agent']] : []);
    this.#resource = draw.chance(20) ? { 'user.id': 'team', 'tollgate.tag.team': 'blue' } : {};
  }

  newTrace(service: string | null, startMs: number): Place {
    this.#traces += 1;
    return { traceId: hexId(32, this.#traces), parentSpanId: null, service, startMs };
  }

  add(place: Place, words: Partial<SpanWords> & { readonly name: string }): Place {
    this.#spans += 1;
    const spanId = words.spanId ?? hexId(16, this.#spans);
    const startMs = words.startMs ?? place.startMs;
    const span = spanOf({
      kind: 1,
      durationMs: this.draw.pick(DURATIONS_MS),
      scope: 'app',
      attributes: {},
      ...words,
      traceId: place.traceId,
      spanId,
      parentSpanId: place.parentSpanId,
      startMs,
      resource: { ...this.#resource, 'service.name': place.service, ...words.resource },
    });
    this.exported.push({ tenant: this.#tenant, keyAgent: this.#keyAgents.get(place.service) ?? null, span });
    return { ...place, parentSpanId: spanId, startMs };
  }

  addCall(place: Place, emitter: Emitter, answer: Answer, more: CallWords = {}): Place {
    const { attributes, ...words } = more;
    return this.add(place, {
      name: `${answer.operation} ${answer.model ?? ''}`,
      kind: 3,
      scope: emitter.scope,
      ...words,
      attributes: { ...emitter.attributesOf(answer), ...attributes },
    });
  }

  answer(): Answer {
    const { draw } = this;
    const operation = draw.chance(85) ? 'chat' : draw.pick(['embeddings', 'rerank'] as const);
    const family = draw.pick(MODELS);
    const model = operation === 'embeddings' ? draw.pick(EMBEDDING_MODELS) : draw.pick(family.names);
    const usage = draw.chance(88) ? { input: draw.pick(TOKENS), output: draw.pick(TOKENS) } : null;
    return {
      operation,
      provider: draw.chance(92) ? (operation === 'embeddings' ? 'openai' : family.provider) : null,
      model: draw.chance(93) ? model : null,
      usage: draw.chance(3) ? { input: -1, output: 20 } : usage,
      cacheRead: draw.chance(15) ? draw.pick([0, 10]) : null,
      responseId: draw.chance(60) ? `resp-${draw.below(1_000_000)}` : null,
      requestId: draw.chance(25) ? `req_${draw.below(1_000_000)}` : null,
      cost: family.provider === 'openrouter' && draw.chance(70) ? draw.pick([0, 0.5, 0.25]) : null,
    };
  }

  /** Whom a span says it belongs to: mostly nothing. */
  subject(percent: number): Words {
    const { draw } = this;
    return {
      'user.id': draw.chance(percent) ? draw.pick(['ann', 'bob']) : null,
      'gen_ai.conversation.id': draw.chance(percent) ? draw.pick(['s1', 's2']) : null,
      'gen_ai.agent.name': draw.chance(percent / 3) ? draw.pick(['planner', 'coder', 'writer']) : null,
      'tollgate.run.id': draw.chance(percent / 6) ? draw.pick(['run-1', 'run-2']) : null,
      'tollgate.tag.team': draw.chance(percent / 4) ? draw.pick(['red', 'green']) : null,
      'tollgate.tag.feature': draw.chance(percent / 4) ? draw.pick(['faq', 'mail']) : null,
    };
  }
}

type CallWords = Partial<Pick<SpanWords, 'name' | 'spanId' | 'startMs' | 'durationMs' | 'isError' | 'attributes'>> & {
  readonly kind?: SpanKind;
};
