import type { ReceivedSpan } from '../../src/span.ts';
import { span, type Written } from '../dialects/spans.ts';

/** What emitters write that others count twice, in their own words, and what it costs here. */
export interface KnownDoubleCount {
  readonly name: string;
  readonly spans: readonly ReceivedSpan[];
  /** Of each charge: input uncached / cache read / cache write 5m / 1h / output. */
  readonly charged: readonly string[];
  /** `agent / user / session` of all charges, where the case is about them. */
  readonly by?: readonly string[];
}

const START_NANO = 1_795_168_800_000_000_000n;
const NANO_PER_MS = 1_000_000n;

interface Placed {
  readonly trace?: number;
  readonly below?: number;
  readonly fromMs?: number;
  readonly lastsMs?: number;
  readonly rest?: Parameters<typeof span>[2];
}

const hexId = (digits: number, number: number): string => number.toString(16).padStart(digits, '0');

function written(number: number, scope: string, attributes: Written, placed: Placed = {}): ReceivedSpan {
  const { trace = 1, below, fromMs = 0, lastsMs = 1000, rest = {} } = placed;
  const startUnixNano = START_NANO + BigInt(fromMs) * NANO_PER_MS;
  return span(scope, attributes, {
    traceId: hexId(32, trace),
    spanId: hexId(16, number),
    parentSpanId: below === undefined ? null : hexId(16, below),
    startUnixNano,
    endUnixNano: startUnixNano + BigInt(lastsMs) * NANO_PER_MS,
    ...rest,
  });
}

const cachedCall: Written = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.usage.output_tokens': 50,
  'gen_ai.usage.cache_read.input_tokens': 1000,
  'gen_ai.usage.cache_creation.input_tokens': 0,
};

const embedding: Written = {
  'gen_ai.operation.name': 'embeddings',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'text-embedding-3-small',
  'gen_ai.usage.input_tokens': 23,
};

const throughOpenRouter: Written = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': 'google/gemini-2.5-flash',
  'gen_ai.response.model': 'google/gemini-2.5-flash',
  'gen_ai.response.id': 'gen-1795168800-Zk3v9QmTqR1bXc7LwYpA',
  'gen_ai.usage.input_tokens': 100,
  'gen_ai.usage.output_tokens': 10,
};

const throughGateway: Written = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
};
const answered: Written = {
  ...throughGateway,
  'gen_ai.response.id': 'chatcmpl-BzK2mQ9vT4xW7pLs',
  'gen_ai.usage.input_tokens': 52,
  'gen_ai.usage.output_tokens': 70,
};
const gateway = { kind: 2, resource: { 'service.name': 'gateway' } } as const;
const application = { resource: { 'service.name': 'shop' } } as const;

const frameworkAgent = (name: string, input: number, output: number): Written => ({
  'gen_ai.operation.name': 'invoke_agent',
  'gen_ai.agent.name': name,
  'gen_ai.provider.name': 'microsoft.agent_framework',
  'gen_ai.request.model': 'gpt-5-mini',
  'gen_ai.usage.input_tokens': input,
  'gen_ai.usage.output_tokens': output,
  'gen_ai.usage.cache_read.input_tokens': 0,
});
const frameworkChat = (id: string, input: number, output: number): Written => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-5-mini',
  'gen_ai.response.id': id,
  'gen_ai.usage.input_tokens': input,
  'gen_ai.usage.output_tokens': output,
  'gen_ai.usage.cache_read.input_tokens': 0,
});
const internal = { kind: 1 } as const;

export const knownDoubleCounts: readonly KnownDoubleCount[] = [
  {
    name: 'a cached call reads the same where 1,000 of 1,012 input tokens are cached, and where 12 stand beside 1,000 (openllmetry #4449)',
    spans: [
      written(1, 'opentelemetry.instrumentation.anthropic', {
        ...cachedCall,
        'gen_ai.provider.name': 'anthropic',
        'gen_ai.request.model': 'claude-sonnet-4-5',
        'gen_ai.response.id': 'msg_01AbCdEfGhJkLmNpQrSt',
        'gen_ai.usage.input_tokens': 1012,
      }),
      written(
        2,
        'opentelemetry.instrumentation.bedrock',
        {
          ...cachedCall,
          'gen_ai.provider.name': 'aws.bedrock',
          'gen_ai.request.model': 'claude-sonnet-4-5-20250929-v1:0',
          'gen_ai.usage.input_tokens': 12,
        },
        { trace: 2 },
      ),
    ],
    charged: ['12 / 1000 / 0 / – / 50', '12 / 1000 / 0 / – / 50'],
  },
  {
    name: 'AI SDK 7 writes an embedding on two nested spans of one name, and the inner arrives first (Langfuse #16409)',
    spans: [
      written(2, 'gen_ai', embedding, { below: 1, fromMs: 1, lastsMs: 998 }),
      written(1, 'gen_ai', { ...embedding, 'ai.settings.context.userId': 'user-4' }),
    ],
    charged: ['23 / – / – / – / –'],
    by: ['– / user-4 / –'],
  },
  {
    name: 'OpenRouter Broadcast repeats the application’s call in a trace of its own, with the bill',
    spans: [
      written(
        1,
        'opentelemetry.instrumentation.openai.v1',
        { ...throughOpenRouter, 'gen_ai.provider.name': 'openai', 'gen_ai.agent.name': 'planner' },
        { rest: application },
      ),
      written(
        2,
        '',
        {
          ...throughOpenRouter,
          'gen_ai.provider.name': 'Google AI Studio',
          'gen_ai.usage.input_tokens.cached': 60,
          'gen_ai.usage.total_cost': 0.000_051_5,
          'trace.metadata.openrouter.api_key_name': 'prod',
        },
        { trace: 2, fromMs: 20, lastsMs: 950, rest: { name: 'LLM Generation' } },
      ),
    ],
    charged: ['40 / 60 / – / – / 10'],
    by: ['planner / – / –'],
  },
  {
    name: 'an exporter sends again what it already sent',
    spans: [
      written(1, '@opentelemetry/instrumentation-openai', answered),
      written(1, '@opentelemetry/instrumentation-openai', answered),
    ],
    charged: ['52 / – / – / – / 70'],
  },
  {
    name: 'a client tries again: one span of its own over two of the gateway, of which one was refused',
    spans: [
      written(1, 'openai', answered, { rest: application }),
      written(
        2,
        'agentgateway',
        { ...throughGateway, 'http.response.status_code': 529, 'error.type': '529' },
        { below: 1, fromMs: 10, lastsMs: 100, rest: { ...gateway, status: 'error' } },
      ),
      written(3, 'agentgateway', answered, { below: 1, fromMs: 400, lastsMs: 590, rest: gateway }),
    ],
    charged: ['– / – / – / – / –', '52 / – / – / – / 70'],
  },
  {
    name: 'Microsoft’s Agent Framework adds the calls of an agent’s agent to both (agent-framework, workbook #3208)',
    spans: [
      written(1, 'agent_framework', frameworkAgent('lead', 300, 30), { rest: internal }),
      written(2, 'agent_framework', frameworkChat('chatcmpl-Lead00000001', 100, 10), { below: 1, lastsMs: 400 }),
      written(3, 'agent_framework', frameworkAgent('scout', 200, 20), {
        below: 1,
        fromMs: 500,
        lastsMs: 500,
        rest: internal,
      }),
      written(4, 'agent_framework', frameworkChat('chatcmpl-Scout0000001', 200, 20), {
        below: 3,
        fromMs: 500,
        lastsMs: 400,
      }),
    ],
    charged: ['100 / 0 / – / – / 10', '200 / 0 / – / – / 20'],
    by: ['lead / – / –', 'scout / – / –'],
  },
];
