import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSpan } from '../../src/dialects/read.ts';
import { wantedKeys } from '../../src/dialects/wantedKeys.ts';
import type { AttributeValue, ReceivedSpan } from '../../src/span.ts';
import { REPORTED_TOKENS_MAX, tokenTotals } from '../../src/usage.ts';
import { span } from './spans.ts';

const scopes = [
  '',
  'ai',
  'gen_ai',
  'x',
  'com.anthropic.sdk.typescript',
  '@traceloop/instrumentation-anthropic',
  '@traceloop/instrumentation-vertexai',
  'opentelemetry.instrumentation.openai',
  'openinference.instrumentation.bedrock',
  '@tollgate/node',
  '@arizeai/openinference-instrumentation-langchain',
  '@arizeai/openinference-instrumentation-bedrock',
  '@openlit/instrumentation-vllm',
  '@opentelemetry/instrumentation-aws-sdk',
  'genkit-tracer',
  'codex_cli_rs',
  'com.anthropic.claude_code.tracing',
  'litellm',
  'langfuse-sdk',
  'gcp.vertex.agent',
  'agent_framework',
  'semantic_kernel.utils',
  'strands.telemetry.tracer',
];
const keys = [...wantedKeys.exact];
const unwanted = [
  'gen_ai.input.messages',
  'http.request.method',
  'tollgate.cost.usd',
  'gen_ai.usage.cost.amount',
  '__proto__',
  '',
];
const prefixed = wantedKeys.prefixes.flatMap((prefix) => [`${prefix}plan`, `${prefix}__proto__`, prefix]);

const count = fc.oneof(
  fc.nat(5000),
  fc.nat(5000).map(String),
  fc.nat(5000).map(BigInt),
  fc.constantFrom(0, REPORTED_TOKENS_MAX),
);
const word = fc.constantFrom(
  'chat',
  'invoke_agent',
  'openai',
  'anthropic.messages',
  'gcp.gemini',
  'LLM',
  'AGENT',
  'agent',
  'gemini-2.5-pro',
  'claude',
);
const json = fc.json().map((text) => text.replace('"a"', '"anthropic"'));
const reprKey = fc.constantFrom('cache_read', 'prompt_tokens_details', 'cached_tokens', 'input', '__proto__');
/** What LiteLLM and LangSmith write of a Python dictionary. */
const repr = fc.dictionary(reprKey, fc.json(), { maxKeys: 3 }).map(
  (fields) =>
    `{${Object.entries(fields)
      .map(([key, text]) => `'${key}': ${text}`)
      .join(', ')}}`,
);
const anyValue: fc.Arbitrary<AttributeValue> = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.double(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'binary', minLength: 250, maxLength: 300 }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 8 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 3 }),
  ),
})).value;
const value = fc.oneof(count, word, json, repr, anyValue);
const attributes = fc.uniqueArray(fc.tuple(fc.constantFrom(...keys, ...prefixed, ...unwanted), value), {
  selector: ([key]) => key,
  maxLength: 40,
});

const hostileSpan: fc.Arbitrary<ReceivedSpan> = fc
  .record({
    scope: fc.oneof(fc.constantFrom(...scopes), fc.string()),
    attributes,
    resource: attributes,
    name: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('claude_code.llm_request')),
    traceState: fc.oneof(
      fc.string(),
      fc.string().map((id) => `a=b,tollgate=r:${id}`),
    ),
    kind: fc.constantFrom<ReceivedSpan['kind']>(0, 1, 2, 3, 4, 5),
    endUnixNano: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  })
  .map(({ scope, resource, ...rest }) => ({
    ...span(scope, {}),
    ...rest,
    attributes: new Map(rest.attributes),
    resource: { attributes: new Map(resource) },
  }));

describe('reading a span with whatever its attributes hold', () => {
  it('never throws, and gives buckets that are null or integers within bounds', () => {
    fc.assert(
      fc.property(hostileSpan, (received) => {
        const reading = readSpan(received);
        if (reading.kind === 'span') return;
        const { other, ...named } = reading.call.usage;
        for (const tokens of [...Object.values(named), ...Object.values(other)]) {
          if (tokens === null) continue;
          expect(Number.isInteger(tokens) && tokens >= 0 && tokens <= REPORTED_TOKENS_MAX).toBe(true);
        }
        for (const text of [
          reading.call.provider,
          reading.call.model,
          reading.call.own.user,
          reading.call.own.agent,
          reading.call.name,
        ]) {
          expect(text === null || (text.length <= 256 && !text.includes('\0'))).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('gives the same with the wanted keys alone as with all', () => {
    fc.assert(
      fc.property(hostileSpan, (received) => {
        expect(readSpan(onlyWanted(received))).toEqual(readSpan(received));
      }),
      { numRuns: 1000 },
    );
  });

  it('splits an inclusive input into buckets that add up to it, and an exclusive one beside the cache', () => {
    const tokens = fc.nat(1000);
    fc.assert(
      fc.property(
        fc.constantFrom(...scopes),
        tokens,
        tokens,
        tokens,
        tokens,
        tokens,
        (scope, input, read, write, oneHour, audio) => {
          const reading = readSpan(
            span(scope, {
              'gen_ai.operation.name': 'chat',
              'gen_ai.provider.name': 'anthropic',
              'gen_ai.usage.input_tokens': input,
              'gen_ai.usage.cache_read.input_tokens': read,
              'gen_ai.usage.cache_write.input_tokens': write,
              'tollgate.usage.cache_write_1h.input_tokens': oneHour,
              'gen_ai.usage.audio.input_tokens': audio,
            }),
          );
          if (reading.kind !== 'call') throw new Error('a chat is a call');
          const { usage, usageFault, cacheSemantics } = reading.call;
          if (usageFault !== null) return;
          const isInclusive = cacheSemantics?.startsWith('inclusive') === true;
          expect(tokenTotals(usage).inputTokens).toBe(isInclusive ? input : input + read + write);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('the wanted keys', () => {
  it('hold no content save the answers that alone carry usage, and no cost that Tollgate writes itself', () => {
    const all = [...wantedKeys.exact, ...wantedKeys.prefixes];
    expect(
      all.filter((key) => /messages|prompt\.|completion\.|input\.value|output\.value|instructions/.test(key)),
    ).toEqual(['output.value']);
    expect(all.filter((key) => /^tollgate\.(?:cost|charge)|^gen_ai\.usage\.cost\./.test(key))).toEqual([]);
  });
});

function onlyWanted(received: ReceivedSpan): ReceivedSpan {
  const filter = (all: ReceivedSpan['attributes']) =>
    new Map(
      [...all].filter(
        ([key]) => wantedKeys.exact.has(key) || wantedKeys.prefixes.some((prefix) => key.startsWith(prefix)),
      ),
    );
  return {
    ...received,
    attributes: filter(received.attributes),
    resource: { attributes: filter(received.resource.attributes) },
  };
}
