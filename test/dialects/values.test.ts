import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readProvider } from '../../src/dialects/provider.ts';
import { readReportedCost } from '../../src/dialects/reportedCost.ts';
import { formatUsd } from '../../src/money.ts';
import type { AttributeValue } from '../../src/span.ts';
import { REPORTED_TOKENS_MAX } from '../../src/usage.ts';
import { readCall } from './spans.ts';

describe('a token count', () => {
  const read = (value: AttributeValue) =>
    readCall('x', {
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.input_tokens': value,
      'gen_ai.usage.output_tokens': 0,
    });

  it.each<[AttributeValue, number]>([
    [0, 0],
    [-0, 0],
    [7, 7],
    ['7', 7],
    [' 7 ', 7],
    ['7.0', 7],
    [7n, 7],
    [REPORTED_TOKENS_MAX, REPORTED_TOKENS_MAX],
    [BigInt(REPORTED_TOKENS_MAX), REPORTED_TOKENS_MAX],
    [String(REPORTED_TOKENS_MAX), REPORTED_TOKENS_MAX],
  ])('%s is %d tokens', (value, tokens) => {
    expect(read(value)).toMatchObject({ usage: { input_uncached: tokens }, usageFault: null });
  });

  it.each<[AttributeValue, string]>([
    [-1, '-1'],
    [1.5, '1.5'],
    [NaN, 'NaN'],
    [Infinity, 'Infinity'],
    [REPORTED_TOKENS_MAX + 1, '10000000001'],
    [-1n, '-1'],
    [2n ** 63n - 1n, '9223372036854775807'],
    ['1.5', '"1.5"'],
    ['many', '"many"'],
    ['9'.repeat(50), `"${'9'.repeat(40)}…"`],
    [true, 'true'],
    [[7], 'an array'],
    [{ tokens: 7 }, 'an object'],
    [new Uint8Array([7]), 'bytes'],
  ])('%s is a fault that says so', (value, found) => {
    const call = read(value);
    expect(call.usageFault).toBe(
      `gen_ai.usage.input_tokens: expected an integer from 0 to 10000000000, found ${found}`,
    );
    expect(call.usage.input_uncached).toBe(null);
  });

  it('that is null or empty text was not reported', () => {
    for (const value of [null, ''])
      expect(read(value)).toMatchObject({ usage: { input_uncached: null }, usageFault: null });
  });

  it('is bounded also as a sum: 1e10 + 1e10 of compactions is a fault', () => {
    const written = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.input_tokens': REPORTED_TOKENS_MAX,
      'gen_ai.usage.output_tokens': 0,
    };
    const call = readCall('com.anthropic.sdk.x', {
      ...written,
      'anthropic.usage.compaction.input_tokens': REPORTED_TOKENS_MAX,
    });
    expect(call.usage.input_uncached).toBe(null);
    expect(call.usageFault).toBe('20000000000 tokens in one bucket, at most 10000000000 expected');
  });
});

describe('a reported cost', () => {
  const usd = (value: AttributeValue) => {
    const femtoUsd = readReportedCost(value);
    return femtoUsd === null ? null : formatUsd(femtoUsd);
  };

  it.each<[AttributeValue, string]>([
    [0, '0'],
    [0.0123, '0.0123'],
    [3, '3'],
    [3n, '3'],
    ['0.0123', '0.0123'],
    ['+1.50', '1.5'],
    ['.5', '0.5'],
    [1.2e-7, '0.00000012'],
    [5e-15, '0.000000000000005'],
    ['12e3', '12000'],
    ['1.5E-3', '0.0015'],
    // Half a femto-USD rounds up, less rounds down.
    [5e-16, '0.000000000000001'],
    [4.9e-16, '0'],
    [1e-300, '0'],
    // 0.1 + 0.2 is 0.30000000000000004, whose 17th place is beyond the ledger.
    [0.1 + 0.2, '0.3'],
    [0.999_999_999_999_999_9, '1'],
  ])('%s is %s USD', (value, expected) => {
    expect(usd(value)).toBe(expected);
  });

  it.each<[AttributeValue | undefined]>([
    [-0.01],
    ['-1'],
    [NaN],
    [Infinity],
    [1e30],
    ['1e999'],
    ['.'],
    ['e5'],
    ['1,5'],
    [true],
    [[1]],
    [undefined],
  ])('%s is none', (value) => {
    expect(readReportedCost(value)).toBe(null);
  });

  it('of a whole number of femto-USD comes back exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 14n }), (femtoUsd) => {
        expect(readReportedCost(formatUsd(femtoUsd))).toBe(femtoUsd);
        // Up to 1e14 a double holds the count, and its decimal form of at most 15 digits is exact.
        expect(readReportedCost(Number(formatUsd(femtoUsd)))).toBe(femtoUsd);
      }),
    );
  });
});

describe('a provider', () => {
  it.each([
    ['openai', 'openai'],
    ['OpenAI', 'openai'],
    ['openai.chat', 'openai'],
    ['openai.responses', 'openai'],
    ['Anthropic', 'anthropic'],
    ['anthropic.messages', 'anthropic'],
    ['vertex.anthropic.messages', 'gcp.vertex_ai'],
    ['google.vertex.chat', 'gcp.vertex_ai'],
    ['google.generative-ai', 'gcp.gemini'],
    ['vertex_ai', 'gcp.vertex_ai'],
    ['gemini', 'gcp.gemini'],
    ['AWS', 'aws.bedrock'],
    ['amazon-bedrock', 'aws.bedrock'],
    ['az.ai.openai', 'azure.ai.openai'],
    ['azure.chat', 'azure.ai.openai'],
    ['azure.ai.inference', 'azure.ai.inference'],
    ['mistral.chat', 'mistral_ai'],
    ['xai', 'x_ai'],
    ['groq', 'groq'],
    ['My-Gateway', 'my-gateway'],
    ['my.gateway', 'my.gateway'],
    [' constructor ', 'constructor'],
  ])('written %s is %s', (written, expected) => {
    expect(readProvider(written)).toBe(expected);
  });

  it('is unknown where a framework names itself', () => {
    for (const written of ['gcp.vertex.agent', 'strands-agents', 'Langchain', '_OTHER', '  '])
      expect(readProvider(written)).toBe(null);
  });
});
