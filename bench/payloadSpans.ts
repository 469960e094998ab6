import { attribute, blank, field, join, varintField, type Piece } from './protobufPieces.ts';

/** What is filled in afresh in every payload. `trace` and `span` are indexes within the payload. */
export type Mark =
  | { readonly kind: 'traceId'; readonly trace: number; readonly isLate: boolean }
  | { readonly kind: 'spanId'; readonly span: number; readonly isLate: boolean }
  | { readonly kind: 'time'; readonly offsetNano: bigint }
  /** 24 hexadecimal digits of the span, for ids that a provider makes: no two calls share one. */
  | { readonly kind: 'spanText'; readonly span: number }
  /** 16 hexadecimal digits of the trace. */
  | { readonly kind: 'traceText'; readonly trace: number };

export interface SpanPlace {
  readonly trace: number;
  readonly span: number;
  readonly random: () => number;
}

export interface SpanBody {
  readonly scope: 'http' | 'pg' | 'genai';
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly Piece<Mark>[];
}

const KIND_SERVER = 2;
const KIND_CLIENT = 3;

/** Models that the rate cards of genai-prices know, as their providers name them. */
const MODELS = [
  { provider: 'openai', request: 'gpt-4o', response: 'gpt-4o-2024-08-06', host: 'api.openai.com' },
  { provider: 'openai', request: 'gpt-4o-mini', response: 'gpt-4o-mini-2024-07-18', host: 'api.openai.com' },
  {
    provider: 'anthropic',
    request: 'claude-sonnet-4-5',
    response: 'claude-sonnet-4-5-20250929',
    host: 'api.anthropic.com',
  },
  {
    provider: 'anthropic',
    request: 'claude-haiku-4-5',
    response: 'claude-haiku-4-5-20251001',
    host: 'api.anthropic.com',
  },
  {
    provider: 'gcp.gemini',
    request: 'gemini-2.5-flash',
    response: 'gemini-2.5-flash',
    host: 'generativelanguage.googleapis.com',
  },
] as const;

const AGENTS = ['support-bot', 'planner', 'researcher', 'code-reviewer', 'classifier'];
const ROUTES = ['/api/orders/{id}', '/api/chat', '/api/users/{id}/cart', '/healthz'];
const TABLES = ['orders', 'users', 'documents', 'messages'];
const WORDS =
  'the customer asked whether an order that was shipped last week could still be returned and we answered with policy text über Größe naïve 価格 before calling a tool to look up status price region account invoice total due'.split(
    ' ',
  );

function pick<T>(choices: readonly [T, ...T[]] | readonly T[], random: () => number): T {
  return choices[random() % choices.length] as T;
}

/** About `bytes` of prose. */
export function prose(bytes: number, random: () => number): string {
  let text = '';
  while (text.length < bytes) text += `${pick(WORDS, random)} `;
  return text.trimEnd();
}

/**
 * A `chat` span of the current GenAI conventions; `contentBytes` is the length of prompt and answer together. As in real
 * traffic a trace is one user's turn in one conversation: one agent with its model makes most of its calls, a second
 * agent every fourth.
 */
export function chatSpan(place: SpanPlace, contentBytes: number): SpanBody {
  const { random } = place;
  const turn = place.trace + (random() % 4 === 0 ? 1 : 0);
  const agent = pick(AGENTS, () => turn);
  const model = pick(MODELS, () => turn);
  const cacheRead = random() % 3 === 0 ? (random() % 40) * 128 : 0;
  const inputTokens = cacheRead + 50 + (random() % 4000);
  const messages = (role: string, bytes: number): string =>
    JSON.stringify([{ role, parts: [{ type: 'text', content: prose(bytes, random) }] }]);
  return {
    scope: 'genai',
    name: `chat ${model.request}`,
    kind: KIND_CLIENT,
    attributes: [
      attribute<Mark>('gen_ai.operation.name', 'chat'),
      attribute<Mark>('gen_ai.provider.name', model.provider),
      attribute<Mark>('gen_ai.request.model', model.request),
      attribute<Mark>('gen_ai.request.temperature', 0.2),
      attribute<Mark>('gen_ai.request.max_tokens', 1024),
      attribute<Mark>('server.address', model.host),
      attribute<Mark>('server.port', 443),
      attribute<Mark>('gen_ai.agent.name', agent),
      attribute<Mark>('gen_ai.agent.id', `asst_${agent}`),
      attribute<Mark>('user.id', `user-${(place.trace * 7919) % 500}`),
      attribute<Mark>(
        'gen_ai.conversation.id',
        join([textPiece('conv_'), blank(16, { kind: 'traceText', trace: place.trace })]),
      ),
      attribute<Mark>('gen_ai.system_instructions', messages('system', contentBytes / 8)),
      attribute<Mark>('gen_ai.input.messages', messages('user', (contentBytes * 5) / 8)),
      attribute<Mark>('gen_ai.output.messages', messages('assistant', contentBytes / 4)),
      attribute<Mark>(
        'gen_ai.response.id',
        join([textPiece('resp_'), blank(24, { kind: 'spanText', span: place.span })]),
      ),
      attribute<Mark>('gen_ai.response.model', model.response),
      attribute<Mark>('gen_ai.usage.input_tokens', inputTokens),
      attribute<Mark>('gen_ai.usage.cache_read.input_tokens', cacheRead),
      attribute<Mark>('gen_ai.usage.output_tokens', 1 + (random() % 900)),
    ],
  };
}

export function serverSpan(place: SpanPlace): SpanBody {
  const route = pick(ROUTES, place.random);
  return {
    scope: 'http',
    name: `POST ${route}`,
    kind: KIND_SERVER,
    attributes: [
      attribute<Mark>('http.request.method', 'POST'),
      attribute<Mark>('url.scheme', 'https'),
      attribute<Mark>('url.path', route.replace('{id}', `${place.random() % 100_000}`)),
      attribute<Mark>('http.route', route),
      attribute<Mark>('http.response.status_code', 200),
      attribute<Mark>('server.address', 'shop.example.com'),
      attribute<Mark>('server.port', 443),
      attribute<Mark>('client.address', `10.0.${place.random() % 256}.${place.random() % 256}`),
      attribute<Mark>('network.protocol.version', '1.1'),
      attribute<Mark>(
        'user_agent.original',
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0',
      ),
    ],
  };
}

export function databaseSpan(place: SpanPlace): SpanBody {
  const table = pick(TABLES, place.random);
  return {
    scope: 'pg',
    name: `SELECT ${table}`,
    kind: KIND_CLIENT,
    attributes: [
      attribute<Mark>('db.system.name', 'postgresql'),
      attribute<Mark>('db.namespace', 'shop'),
      attribute<Mark>('db.operation.name', 'SELECT'),
      attribute<Mark>('db.collection.name', table),
      attribute<Mark>(
        'db.query.text',
        `select id, created_at, total from ${table} where id = $1 and tenant_id = $2 order by created_at desc limit 50`,
      ),
      attribute<Mark>('server.address', 'db.internal'),
      attribute<Mark>('server.port', 5432),
    ],
  };
}

function textPiece(text: string): Piece<Mark> {
  return { bytes: Buffer.from(text), marks: [] };
}

export function resourceAttributes(seed: number): readonly Piece<Mark>[] {
  return [
    attribute<Mark>('service.name', 'shop-assistant'),
    attribute<Mark>('service.version', '4.12.0'),
    attribute<Mark>('service.instance.id', `instance-${seed}`),
    attribute<Mark>('deployment.environment.name', 'production'),
    attribute<Mark>('telemetry.sdk.language', 'nodejs'),
    attribute<Mark>('telemetry.sdk.name', 'opentelemetry'),
    attribute<Mark>('telemetry.sdk.version', '2.12.1'),
    attribute<Mark>('host.name', 'ip-10-0-3-17.internal'),
    attribute<Mark>('process.pid', 4242),
    attribute<Mark>('process.runtime.name', 'nodejs'),
  ];
}

export function scopePiece(scope: SpanBody['scope']): Piece<Mark> {
  const names = {
    http: '@opentelemetry/instrumentation-http',
    pg: '@opentelemetry/instrumentation-pg',
    genai: 'shop.genai',
  };
  return join([field<Mark>(1, names[scope]), field<Mark>(2, '0.223.0')]);
}

/** Kind and status need no filling in. */
export function plainFields(body: SpanBody): readonly Piece<Mark>[] {
  return [
    field<Mark>(5, body.name),
    varintField<Mark>(6, body.kind),
    ...body.attributes.map((piece) => field<Mark>(9, piece)),
    field<Mark>(15, Buffer.alloc(0)),
  ];
}
