import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answeredAttempt, failedAttempt } from '../../instrumentation/calls/attempt.ts';
import { choicesOf } from '../../instrumentation/gate/askedCall.ts';
import { chatLimit, messagesLimit } from '../../instrumentation/calls/outputLimit.ts';
import { measureRequest } from '../../instrumentation/calls/requestMeasure.ts';
import { bucketsOfCounts, countsOfBuckets } from '../../instrumentation/calls/tokenCounts.ts';
import { emptyUsage } from '../../src/usage.ts';

/** Every name that any wire format has. */
const form = {
  contents: ['messages', 'input', 'prompt', 'system', 'instructions'],
  schemas: ['tools', 'functions', 'response_format'],
  remembered: ['previous_response_id', 'conversation'],
};

const user = (content: unknown): object => ({ messages: [{ role: 'user', content }] });

describe('the measure of a request', () => {
  it.each([
    ['a plain text', user('grüße'), { inputBytes: 7, messages: 1 }],
    [
      'a system prompt and blocks',
      { ...user([{ type: 'text', text: 'ab' }]), system: 'cd' },
      { inputBytes: 4, messages: 2 },
    ],
    ['instructions', { input: 'ab', instructions: 'cde' }, { inputBytes: 5, messages: 2 }],
    ['several texts', { input: ['ab', 'cde'] }, { inputBytes: 5, messages: 2 }],
    // Each number is one token; its digits are more than that.
    ['tokens', { prompt: [17, 4_000] }, { inputBytes: 6, messages: 1 }],
    [
      'an image',
      user([{ type: 'image', source: { type: 'base64', data: 'A'.repeat(99) } }]),
      { inputBytes: 0, images: 1 },
    ],
    ['a schema', { response_format: { a: 1 } }, { inputBytes: 7 }],
    [
      'tools',
      { tools: [{ name: 'x' }], functions: [{}] },
      { tools: 2, inputBytes: '[{"name":"x"}]'.length + '[{}]'.length },
    ],
    [
      'arguments of a tool, written out with their keys',
      user([{ type: 'tool_use', id: 't1', name: 'look', input: { city: 'Rom', deep: true } }]),
      // "t1" and "look", then "city" and "deep" with 4 more bytes each, "Rom", and 5 for the boolean.
      { inputBytes: 2 + 4 + (4 + 4) + 3 + (4 + 4) + 5 },
    ],
    ['a document as text', user([{ type: 'document', source: { type: 'text', data: 'abc' } }]), { isBounded: true }],
    ['a PDF', user([{ type: 'document', source: { type: 'base64', data: 'abc' } }]), { isBounded: false }],
    ['a file', user([{ type: 'file', file: { file_id: 'f' } }]), { isBounded: false }],
    ['audio', user([{ type: 'input_audio', input_audio: { data: 'abc' } }]), { isBounded: false }],
    ['an earlier answer', { input: 'a', previous_response_id: 'r' }, { isBounded: false }],
    ['no earlier answer', { input: 'a', previous_response_id: null }, { isBounded: true }],
    ['a stored prompt', { prompt: { id: 'p' } }, { isBounded: false }],
    ['a cache mark on a tool', { tools: [{ cache_control: { type: 'ephemeral' } }] }, { cacheWrite: '5m' }],
    [
      'two cache marks, of which the dearer counts',
      {
        system: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } }],
        ...user([{ type: 'text', text: 'b', cache_control: { type: 'ephemeral' } }]),
      },
      { cacheWrite: '1h' },
    ],
  ])('%s', (_title, body, expected) => {
    expect(measureRequest(body as Record<string, unknown>, form)).toMatchObject(expected);
  });

  it('has all text of a request in it, whatever its shape, and takes anything', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.jsonValue(), (texts, anything) => {
        const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
        const plain = measureRequest({ messages: texts.map((content) => ({ role: 'user', content })) }, form);
        const parts = measureRequest(
          user(texts.map((text) => ({ type: 'text', text }))) as Record<string, unknown>,
          form,
        );
        expect([plain.inputBytes, parts.inputBytes]).toEqual([bytes, bytes]);
        const odd = measureRequest({ messages: anything, input: anything, tools: anything, system: anything }, form);
        expect(odd.inputBytes).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('is unknown, and not endless, where it is nested deeper than messages are', () => {
    let nested: unknown = 'a';
    for (let depth = 0; depth < 100_000; depth += 1) nested = [nested];
    expect(measureRequest({ messages: nested }, form).isBounded).toBe(false);
  });

  it.each([
    [{}, 1],
    [{ n: 3 }, 3],
    [{ n: 2, best_of: 5 }, 5],
    [{ prompt: ['a', 'b'], n: 2 }, 4],
    [{ prompt: [1, 2, 3] }, 1],
    [{ n: 0 }, 1],
  ])('%o asks for %i answers', (body, choices) => {
    expect(choicesOf(body)).toBe(choices);
  });
});

describe('the limit of an output', () => {
  it.each([
    ['api.openai.com', 'gpt-4o', {}, { max_completion_tokens: 9 }],
    ['api.openai.com', 'gpt-4o', { max_tokens: 50 }, { max_tokens: 9 }],
    ['api.groq.com', 'llama', {}, { max_tokens: 9 }],
    ['api.groq.com', 'llama', { max_completion_tokens: 50 }, { max_completion_tokens: 9 }],
    ['openrouter.ai', 'openai/o3', { max_tokens: 50 }, { max_completion_tokens: 9 }],
    ['x', 'm', { max_tokens: 50, max_completion_tokens: 60 }, { max_tokens: 9, max_completion_tokens: 9 }],
  ])('at %s for %s with %o is %o', (host, model, given, expected) => {
    const body = Object.freeze({ model, ...given });
    expect(chatLimit.write(body, 9, host)).toEqual({ model, ...expected });
  });

  it.each([
    // Budgets are 1,024 at least and below the limit.
    [2_001, { type: 'enabled', budget_tokens: 2_000 }],
    [2_000, { type: 'enabled', budget_tokens: 1_999 }],
    [1_025, { type: 'enabled', budget_tokens: 1_024 }],
    [1_024, { type: 'disabled' }],
  ])('of %i tokens leaves thinking as %o', (tokens, thinking) => {
    const body = { max_tokens: 4_000, thinking: { type: 'enabled', budget_tokens: 2_000 } };
    expect(messagesLimit.write(body, tokens, '')).toEqual({ max_tokens: tokens, thinking });
  });
});

describe('an HTTP attempt', () => {
  const failed = (code: string): Error => Object.assign(new Error('failed'), { code });

  it('is known to be unsent where no connection was made, however deep that is said', () => {
    expect(failedAttempt(new TypeError('fetch failed', { cause: failed('ECONNREFUSED') }))).toBe('unsent');
    expect(failedAttempt(failed('ENOTFOUND'))).toBe('unsent');
    expect(failedAttempt(new TypeError('fetch failed', { cause: failed('ECONNRESET') }))).toBe('unknown');
    expect(failedAttempt(new DOMException('aborted', 'AbortError'))).toBe('unknown');
    expect(failedAttempt(undefined)).toBe('unknown');
  });

  it('is told by its answer', () => {
    expect([{ ok: true }, { ok: false }, {}, null].map(answeredAttempt)).toEqual([
      'accepted',
      'refused',
      'unknown',
      'unknown',
    ]);
  });
});

describe('buckets', () => {
  it('are what inclusive counts were made of', () => {
    const count = fc.option(fc.nat(1_000_000), { nil: null });
    fc.assert(
      fc.property(
        fc.record({
          input_uncached: fc.nat(),
          cache_read: count,
          cache_write_5m: fc.nat(),
          cache_write_1h: fc.nat(),
          output: fc.nat(),
          reasoning: count,
        }),
        (usage) => {
          const expected = Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== null));
          expect(bucketsOfCounts(countsOfBuckets({ ...emptyUsage, ...usage }))).toEqual(expected);
        },
      ),
    );
  });
});
