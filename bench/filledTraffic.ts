import { createRandom } from './random.ts';

/** Traffic of a company with agents: sessions of users over the hours of a day, as OTLP/JSON. The same seed gives the same bytes. */

interface Model {
  readonly provider: string;
  readonly name: string;
  readonly reasons: boolean;
}

/** The last one is nobody's: its calls have no price. */
const MODELS: readonly Model[] = [
  { provider: 'openai', name: 'gpt-4o', reasons: false },
  { provider: 'openai', name: 'gpt-4o-mini', reasons: false },
  { provider: 'openai', name: 'gpt-4.1', reasons: false },
  { provider: 'openai', name: 'gpt-4.1-mini', reasons: false },
  { provider: 'openai', name: 'gpt-5', reasons: true },
  { provider: 'openai', name: 'o3', reasons: true },
  { provider: 'openai', name: 'o4-mini', reasons: true },
  { provider: 'anthropic', name: 'claude-sonnet-4-5', reasons: false },
  { provider: 'anthropic', name: 'claude-haiku-4-5', reasons: false },
  { provider: 'anthropic', name: 'claude-opus-4-1', reasons: false },
  { provider: 'gcp.gemini', name: 'gemini-2.5-pro', reasons: true },
  { provider: 'gcp.gemini', name: 'gemini-2.5-flash', reasons: false },
  { provider: 'mistral_ai', name: 'mistral-large-latest', reasons: false },
  { provider: 'in-house', name: 'house-llama-70b', reasons: false },
];
const UNPRICED = MODELS.length - 1;

const KINDS = ['support', 'research', 'billing', 'review', 'triage'];
const ROLES = ['bot', 'planner', 'writer', 'checker', 'router'];
export const AGENTS: readonly string[] = KINDS.flatMap((kind) => ROLES.map((role) => `${kind}-${role}`));
export const USERS = 5_000;
/** How much of the traffic is a user's falls with this power of the rank. */
export const USER_POWER = 2.5;

const ENVIRONMENTS = ['production', 'production', 'production', 'production', 'production', 'staging', 'development'];
const TEAMS = ['care', 'growth', 'platform'];
/** Of a working day, by the hour, UTC. */
const HOURS = [2, 1, 1, 1, 2, 4, 8, 14, 20, 24, 25, 23, 21, 24, 26, 25, 22, 18, 14, 11, 9, 7, 5, 3];
const WEEKEND_SHARE = 0.4;
const ERROR_SHARE = 0.015;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A session's last call starts earlier, so that it can be moved about by some minutes and is of the same day. */
const LATEST_MS = DAY_MS - 20 * MINUTE_MS;

type Value = { readonly stringValue: string } | { readonly intValue: string };
type Attribute = { readonly key: string; readonly value: Value };
interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code?: number };
}

const text = (key: string, value: string): Attribute => ({ key, value: { stringValue: value } });
const count = (key: string, value: number): Attribute => ({ key, value: { intValue: String(value) } });

export interface DayTraffic {
  /** 00:00 UTC. */
  readonly startMs: number;
  readonly seed: number;
  /** Calls of a working day, about. */
  readonly calls: number;
  /** Sessions that would begin later are left out. */
  readonly untilMs: number;
}

interface Draw {
  readonly bits: () => number;
  /** 0 to 1. */
  readonly share: () => number;
  readonly below: (limit: number) => number;
  readonly hex: (words: number) => string;
}

function draws(seed: number): Draw {
  const bits = createRandom(seed);
  const share = (): number => bits() / 2 ** 32;
  return {
    bits,
    share,
    below: (limit) => Math.floor(share() * limit),
    hex: (words) => Array.from({ length: words }, () => bits().toString(16).padStart(8, '0')).join(''),
  };
}

/** Exceeds each whole number with the same chance; the mean is `mean`. */
const geometric = (draw: Draw, mean: number): number =>
  1 + Math.floor(Math.log(1 - draw.share()) / Math.log(1 - 1 / mean));

const TRACES_MEAN = 4;
const CALLS_MEAN = 5;
const TRACES_MAX = 40;
const CALLS_MAX = 40;

/** Exports of a day in the order of its sessions, each of about `spansAnExport` spans. */
export function* dayExports(day: DayTraffic, spansAnExport: number): Generator<string> {
  const draw = draws(day.seed);
  const isWeekend = [0, 6].includes(new Date(day.startMs).getUTCDay());
  const sessions = Math.round((day.calls * (isWeekend ? WEEKEND_SHARE : 1)) / (TRACES_MEAN * CALLS_MEAN));
  const total = HOURS.reduce((sum, weight) => sum + weight, 0);
  let resourceSpans: object[] = [];
  let spans = 0;
  for (const [hour, weight] of HOURS.entries()) {
    for (let index = 0; index < Math.round((sessions * weight) / total); index += 1) {
      const startMs = day.startMs + hour * HOUR_MS + draw.below(HOUR_MS);
      const session = sessionSpans(draw, startMs, day);
      if (session.spans.length === 0) continue;
      resourceSpans.push({
        resource: { attributes: session.resource },
        scopeSpans: [{ scope: { name: 'shop.genai' }, spans: session.spans }],
      });
      spans += session.spans.length;
      if (spans < spansAnExport) continue;
      yield JSON.stringify({ resourceSpans });
      resourceSpans = [];
      spans = 0;
    }
  }
  if (spans > 0) yield JSON.stringify({ resourceSpans });
}

interface Whose {
  readonly agent: number;
  readonly user: string;
  readonly session: string;
}

function sessionSpans(draw: Draw, startMs: number, day: DayTraffic): { resource: Attribute[]; spans: Span[] } {
  const agent = draw.below(AGENTS.length);
  const whose: Whose = {
    agent,
    user: `user-${Math.floor(USERS * draw.share() ** USER_POWER)}`,
    session: `conv-${draw.hex(2)}`,
  };
  const resource = [
    text('service.name', `${KINDS[agent % KINDS.length]}-service`),
    text('deployment.environment.name', ENVIRONMENTS[draw.below(ENVIRONMENTS.length)] ?? ''),
    text('tollgate.tag.team', TEAMS[agent % TEAMS.length] ?? ''),
  ];
  const spans: Span[] = [];
  const lastMs = Math.min(day.startMs + LATEST_MS, day.untilMs);
  const traces = Math.min(geometric(draw, TRACES_MEAN), TRACES_MAX);
  let atMs = startMs;
  for (let trace = 0; trace < traces; trace += 1) {
    const endMs = traceSpans(draw, whose, atMs, spans);
    atMs = endMs + 20_000 + draw.below(3 * MINUTE_MS);
    if (atMs > lastMs) break;
  }
  return { resource, spans: startMs > lastMs ? [] : spans };
}

const SERVER = 2;
const CLIENT = 3;
const INTERNAL = 1;
const nano = (ms: number): string => `${ms}000000`;

/** A request, the agent's run in it, and its calls one after the other; the time of its end. */
function traceSpans(draw: Draw, whose: Whose, startMs: number, spans: Span[]): number {
  const traceId = draw.hex(4);
  const [rootId, agentId] = [draw.hex(2), draw.hex(2)];
  const place = spans.length;
  const calls = Math.min(geometric(draw, CALLS_MEAN), CALLS_MAX);
  let atMs = startMs + 5;
  for (let call = 0; call < calls; call += 1) {
    const endMs = atMs + 300 + draw.below(4_000);
    const span = { traceId, spanId: draw.hex(2), parentSpanId: agentId, kind: CLIENT };
    const times = { startTimeUnixNano: nano(atMs), endTimeUnixNano: nano(endMs) };
    spans.push({ ...span, ...times, ...callWords(draw, whose) });
    atMs = endMs + 5 + draw.below(200);
  }
  const times = { startTimeUnixNano: nano(startMs), endTimeUnixNano: nano(atMs) };
  const name = AGENTS[whose.agent] ?? '';
  spans.splice(
    place,
    0,
    {
      traceId,
      spanId: rootId,
      name: 'POST /api/chat',
      kind: SERVER,
      ...times,
      attributes: [text('http.route', whose.agent % 2 === 0 ? '/api/chat' : '/api/tasks/{id}')],
      status: {},
    },
    {
      traceId,
      spanId: agentId,
      parentSpanId: rootId,
      name: `invoke_agent ${name}`,
      kind: INTERNAL,
      ...times,
      attributes: [text('gen_ai.operation.name', 'invoke_agent'), text('gen_ai.agent.name', name)],
      status: {},
    },
  );
  return atMs;
}

/** An agent has a model of its own, one for every sixth call, and a few that have no price. */
function modelOf(draw: Draw, agent: number): Model {
  const place = draw.share();
  const index = place < 0.01 ? UNPRICED : place < 0.17 ? (agent + 5) % UNPRICED : (agent * 3) % UNPRICED;
  return MODELS[index] ?? { provider: 'openai', name: 'gpt-4o', reasons: false };
}

function callWords(draw: Draw, { agent, user, session }: Whose): Pick<Span, 'name' | 'attributes' | 'status'> {
  const model = modelOf(draw, agent);
  const isError = draw.share() < ERROR_SHARE;
  const cacheRead = draw.below(3) === 0 ? draw.below(40) * 128 : 0;
  const cacheWrite = model.provider === 'anthropic' && draw.below(5) === 0 ? 1024 + draw.below(8) * 128 : 0;
  const output = isError ? 0 : 1 + Math.floor(draw.share() ** 3 * 3_000);
  const attributes = [
    text('gen_ai.operation.name', 'chat'),
    text('gen_ai.provider.name', model.provider),
    text('gen_ai.request.model', model.name),
    text('gen_ai.response.model', model.name),
    text('gen_ai.response.id', `resp_${draw.hex(3)}`),
    text('user.id', user),
    text('gen_ai.conversation.id', session),
    text('tollgate.tag.feature', draw.below(3) === 0 ? 'search' : 'chat'),
    count('gen_ai.usage.input_tokens', cacheRead + cacheWrite + 50 + Math.floor(draw.share() ** 2 * 9_000)),
    count('gen_ai.usage.output_tokens', output),
    count('gen_ai.usage.cache_read.input_tokens', cacheRead),
  ];
  if (cacheWrite > 0) attributes.push(count('gen_ai.usage.cache_write.input_tokens', cacheWrite));
  if (model.reasons) attributes.push(count('gen_ai.usage.reasoning.output_tokens', Math.floor(output * draw.share())));
  if (isError) attributes.push(text('error.type', 'rate_limit_exceeded'));
  return { name: `chat ${model.name}`, attributes, status: isError ? { code: 2 } : {} };
}
