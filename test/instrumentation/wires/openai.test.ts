import { describe, expect, it } from 'vitest';
import { readAnswer, readEvents } from './reading.ts';

const chat = 'https://api.x.ai/v1/chat/completions';
const responses = 'https://api.openai.com/v1/responses';

describe('a chat completion', () => {
  const grok = {
    prompt_tokens: 10_120,
    completion_tokens: 1_499,
    total_tokens: 14_428,
    prompt_tokens_details: { cached_tokens: 128 },
    completion_tokens_details: { reasoning_tokens: 2_809 },
  };

  it('has reasoning inside its output where the total leaves no room beside: 10,120 + 1,499 + 2,809 = 14,428', () => {
    const answer = (total_tokens?: number) => readAnswer(chat, { model: 'grok-4', usage: { ...grok, total_tokens } });
    expect(answer(14_428).counts).toEqual({ input: 10_120, output: 1_499 + 2_809, cacheRead: 128, reasoning: 2_809 });
    // OpenAI's own: 10,120 + 1,499.
    expect(answer(11_619).counts.output).toBe(1_499);
    expect(answer(14_427).counts.output).toBe(1_499);
    expect(answer(undefined).counts.output).toBe(1_499);
  });

  const gemini = { prompt_tokens: 20, completion_tokens: 198, total_tokens: 623 };

  it.each([
    // 623 - 20 - 198 = 405.
    ['gemini-2.5-flash', gemini, { input: 20, output: 603, reasoning: 405 }],
    ['google/gemini-2.5-flash', gemini, { input: 20, output: 603, reasoning: 405 }],
    // All of its output was thought, and none said.
    ['gemini-2.5-pro', { prompt_tokens: 20, total_tokens: 81 }, { input: 20, output: 61, reasoning: 61 }],
    ['gemini-2.0-flash', { ...gemini, total_tokens: 218 }, { input: 20, output: 198 }],
    ['gemini-2.5-flash', { ...gemini, total_tokens: undefined }, { input: 20, output: 198 }],
    // What somebody else's total has beside, nobody knows: a cache that its prompt leaves out, for one.
    ['claude-sonnet-4-5', gemini, { input: 20, output: 198 }],
    [undefined, gemini, { input: 20, output: 198 }],
  ])('of %s with %o counts %o', (model, usage, counts) => {
    expect(readAnswer(chat, { model, usage }).counts).toEqual(counts);
    const chunks = [
      { model, choices: [{ delta: { content: 'Hello' }, finish_reason: 'stop' }] },
      { model, choices: [], usage },
    ];
    expect(readEvents(chat, chunks)).toMatchObject({ counts, usageIsFinal: true });
  });

  it('is counted by Groq where nobody asked, in the chunk that ends it', () => {
    const usage = { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 };
    const chunks = [
      { model: 'm', choices: [{ delta: { content: 'Hi' }, finish_reason: null }], x_groq: { id: 'req_1' } },
      { model: 'm', choices: [{ delta: {}, finish_reason: 'stop' }], x_groq: { id: 'req_1', usage } },
    ];
    const groq = 'https://api.groq.com/openai/v1/chat/completions';
    expect(readEvents(groq, chunks)).toMatchObject({ counts: { input: 7, output: 2 }, usageIsFinal: true });
    expect(readEvents(groq, chunks.slice(0, 1))).toMatchObject({ usage: null, usageIsFinal: false });
  });

  it('counts an embedding by what was read alone', () => {
    const usage = { prompt_tokens: 8, total_tokens: 8 };
    expect(readAnswer('https://api.openai.com/v1/embeddings', { model: 'gemini-embedding-001', usage }).counts).toEqual(
      { input: 8 },
    );
  });
});

describe('a response', () => {
  const usage = {
    input_tokens: 75,
    output_tokens: 30,
    total_tokens: 105,
    output_tokens_details: { reasoning_tokens: 10 },
  };

  it('has its reasoning inside its output: 75 + 30 = 105', () => {
    expect(readAnswer(responses, { status: 'completed', usage }).counts).toEqual({
      input: 75,
      output: 30,
      reasoning: 10,
    });
  });

  it.each([
    [{ status: 'completed', usage }, ['completed'], true],
    [{ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, usage }, ['max_output_tokens'], true],
    [{ status: 'failed', usage: null }, ['failed'], false],
    [{ status: 'cancelled', usage: null }, ['cancelled'], false],
    [{ status: 'queued', usage: null }, [], false],
    // As far as it has come.
    [{ status: 'in_progress', usage }, [], false],
    [{ usage }, [], true],
  ])('%o ended by %o, counted in full: %s', (response, finishReasons, usageIsFinal) => {
    expect(readAnswer(responses, response)).toMatchObject({ finishReasons, usageIsFinal });
    expect(readEvents(responses, [{ type: 'x', response }])).toMatchObject({ finishReasons, usageIsFinal });
  });
});
