import { describe, expect, it } from 'vitest';
import { costOf, largestOutput, type Bound } from '../../src/policy/bound.ts';
import type { AskedCall } from '../../src/policy/decision.ts';
import { imageMaximum, outputMaximum } from '../../src/policy/outputMaximum.ts';
import { bounds, noonMs, plainAsked, usd } from './asked.ts';

function boundOf(changes: Partial<AskedCall>, atMs: number = noonMs): Bound {
  const call = { ...plainAsked, ...changes };
  const bound = bounds.boundOf(call, call.model, atMs);
  if ('unpriced' in bound) throw new Error(`No bound: ${bound.unpriced}`);
  return bound;
}

function unpriced(changes: Partial<AskedCall>) {
  const call = { ...plainAsked, ...changes };
  return bounds.boundOf(call, call.model, noonMs);
}

/** The bound in USD of a call with its own output. */
function most(changes: Partial<AskedCall>, atMs?: number): bigint {
  const bound = boundOf(changes, atMs);
  return costOf(bound, bound.outputTokens, changes.choices ?? 1);
}

const sonnet = { provider: 'anthropic', model: 'claude-sonnet-4-5' };

describe('the bound of a call', () => {
  it('is counted input and declared output at their rates: 1,000 × 2.50 + 500 × 10 USD a million', () => {
    expect(most({})).toBe(usd('0.0075'));
  });

  it('has the output of every choice: 1,000 × 2.50 + 3 × 500 × 10', () => {
    expect(most({ choices: 3 })).toBe(usd('0.0175'));
  });

  it('takes bytes for tokens where nobody counted: 4,000 bytes + 2 × 16 + 3 × 64 + 512', () => {
    const { inputTokens } = boundOf({ inputTokens: null, inputBytes: 4_000, messages: 2, tools: 3 });
    expect(inputTokens).toBe(4_736);
  });

  it('takes the dearest cache write that is asked for, or any where nobody said', () => {
    const input = (cacheWrite: AskedCall['cacheWrite']) => boundOf({ ...sonnet, cacheWrite }).inputFemtoUsd;
    expect(input('none')).toBe(usd('0.003'));
    expect(input('5m')).toBe(usd('0.00375'));
    expect(input('1h')).toBe(usd('0.006'));
    expect(input(null)).toBe(usd('0.006'));
  });

  it('takes the long-context price from the first token above the threshold, for output too', () => {
    expect(most({ ...sonnet, inputTokens: 200_000, maxOutputTokens: 100 })).toBe(usd('0.6015'));
    expect(most({ ...sonnet, inputTokens: 200_001, maxOutputTokens: 100 })).toBe(usd('1.202256'));
  });

  it('has images at the model’s most: 1,000 + 2 × 1,445 tokens of gpt-4o', () => {
    expect(boundOf({ images: 2 }).inputTokens).toBe(3_890);
    expect(boundOf({ images: 2 }).inputFemtoUsd).toBe(usd('0.009725'));
  });

  it('has fees that are known before: a request of 0.005 USD, three searches of 0.01', () => {
    expect(boundOf({ provider: 'perplexity', model: 'sonar' }).feesFemtoUsd).toBe(usd('0.005'));
    expect(boundOf({ provider: 'anthropic', model: 'claude-haiku-4-5', webSearches: 3 }).feesFemtoUsd).toBe(
      usd('0.03'),
    );
  });

  it('takes reasoning at its own price where that is dearer than output', () => {
    const { perOutputTokenFemtoUsd } = boundOf({ provider: 'perplexity', model: 'sonar-deep-research' });
    expect(perOutputTokenFemtoUsd).toBe(usd('0.000008'));
  });

  it('takes the dearer price five minutes to either side of a change by the time of day', () => {
    const deepseek = { provider: 'deepseek', model: 'deepseek-chat', maxOutputTokens: 0 };
    const at = (time: string) => most(deepseek, Date.parse(`2025-06-03T${time}Z`));
    // Dear from 00:30 to 16:30: 0.27 instead of 0.135 USD a million.
    expect([at('00:24:59'), at('00:25:00')]).toEqual([usd('0.000135'), usd('0.00027')]);
    expect([at('16:34:59'), at('16:35:00')]).toEqual([usd('0.00027'), usd('0.000135')]);
  });

  it('has the model’s maximum of output where none is declared, and none for embeddings', () => {
    expect(boundOf({ maxOutputTokens: null }).outputTokens).toBe(16_384);
    expect(boundOf({ model: 'text-embedding-3-small', maxOutputTokens: null }).outputTokens).toBe(0);
    expect(boundOf({ operation: 'embeddings', maxOutputTokens: null }).outputTokens).toBe(0);
    expect(most({ model: 'text-embedding-3-small', operation: null, maxOutputTokens: null })).toBe(usd('0.00002'));
  });

  it('is unknown for a model without a price, and its tokens are known all the same', () => {
    expect(unpriced({ model: 'no-such-model' })).toEqual({
      unpriced: 'unknown_model',
      inputTokens: 1_000,
      outputTokens: 500,
    });
    expect(unpriced({ provider: 'nobody', model: 'gpt-4o' })).toMatchObject({ unpriced: 'unknown_provider' });
    expect(unpriced({ model: 'text-embedding-3-small', webSearches: 1 })).toMatchObject({
      unpriced: 'no_rate_for_unit',
    });
    expect(unpriced({ provider: 'mistral', model: 'mistral-ocr-latest' })).toMatchObject({
      unpriced: 'no_rate_for_unit',
    });
  });

  it('is unknown for input that nobody can bound', () => {
    expect(unpriced({ isInputBounded: false })).toMatchObject({ unpriced: 'unbounded_input', inputTokens: 1_000 });
    expect(unpriced({ inputTokens: null })).toMatchObject({ unpriced: 'unbounded_input', inputTokens: 528 });
  });

  it('is exact far above what a double holds: 1e12 × 2.50 + 128 × 1e12 × 10 USD a million', () => {
    expect(most({ inputTokens: 1e12, maxOutputTokens: 1e12, choices: 128 })).toBe(usd('1282500000'));
  });

  it.each([{ inputTokens: Number.NaN }, { images: -1 }, { maxOutputTokens: 0.5 }, { inputTokens: 1e12 + 1 }])(
    'is not made of counts that are none: %j',
    (changes) => {
      expect(() => boundOf(changes)).toThrow('A count of a call must be an integer of 0 to 1000000000000');
    },
  );

  it.each([0, 129, 1.5])('is not made of %s choices', (choices) => {
    expect(() => boundOf({ choices })).toThrow('must be an integer of 1 to 128');
  });
});

describe('the largest output', () => {
  const at = (output: number): bigint => 10n + 3n * BigInt(output);

  it.each([
    [9n, -1n],
    [10n, 0n],
    [12n, 0n],
    [13n, 1n],
    [310n, 100n],
  ])('that %s takes at 10 + 3 each is %s', (room, expected) => {
    expect(largestOutput(room, at)).toBe(expected);
  });

  it('has no end where output adds nothing', () => {
    expect(largestOutput(10n, () => 10n)).toBeNull();
    expect(largestOutput(9n, () => 10n)).toBe(-1n);
  });
});

describe('the most a model answers', () => {
  it.each([
    ['gpt-4o-2024-08-06', 16_384],
    ['openai/chatgpt-4o-latest', 16_384],
    ['gpt-4.1-mini', 32_768],
    ['gpt-4-0613', 8_192],
    ['gpt-4.5-preview', 128_000],
    ['gpt-3.5-turbo', 16_385],
    ['o3-2025-04-16', 100_000],
    ['openai/o4-mini', 100_000],
    ['gpt-5.2', 128_000],
    ['gpt-5-pro-2025-10-06', 272_000],
    ['gpt-5.1-chat-latest', 16_384],
    ['claude-3-5-haiku-20241022', 8_192],
    ['anthropic/claude-3.7-sonnet', 128_000],
    ['us.anthropic.claude-sonnet-4-20250514-v1:0', 64_000],
    ['claude-opus-4-1@20250805', 32_000],
    ['claude-opus-4-5', 64_000],
    ['claude-opus-4-6', 128_000],
    ['claude-sonnet-4-6', 128_000],
    ['models/gemini-2.5-pro', 65_536],
    ['gemini-3.1-pro-preview', 65_536],
    ['deepseek-v4-pro', 393_216],
    ['llama-3.3-70b', 128_000],
    ['foo1', 128_000],
  ])('%s: %i tokens', (model, tokens) => {
    expect(outputMaximum(model)).toBe(tokens);
  });
});

describe('the most an image is', () => {
  it.each([
    ['gpt-4o-mini', 48_169],
    ['gpt-4o', 1_445],
    ['claude-sonnet-4-5', 1_600],
    ['claude-opus-4-6', 1_600],
    ['claude-opus-4-7', 4_784],
    ['claude-opus-5', 4_784],
    ['gemini-3-pro', 2_240],
    ['llama-4-scout', 50_000],
  ])('for %s: %i tokens', (model, tokens) => {
    expect(imageMaximum(model)).toBe(tokens);
  });
});
