import { describe, expect, it } from 'vitest';
import { operationAt, readAnswer, readEvents } from './reading.ts';

const MESSAGES = 'https://api.anthropic.com/v1/messages';
const usage = { input_tokens: 12, output_tokens: 9, cache_read_input_tokens: 100, cache_creation_input_tokens: 50 };

describe('a message', () => {
  it('has the compactions in it, with what they wrote to the cache for an hour', () => {
    const compaction = {
      type: 'compaction',
      input_tokens: 200,
      output_tokens: 30,
      cache_read_input_tokens: 0,
      cache_creation_input_tokens: 70,
      cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 60 },
    };
    const cache_creation = { ephemeral_5m_input_tokens: 45, ephemeral_1h_input_tokens: 5 };
    const iterations = [{ ...usage, type: 'message' }, compaction];
    const { counts } = readAnswer(MESSAGES, { usage: { ...usage, cache_creation, iterations } });
    // 12 + 100 + 50, and 200 + 70.
    expect(counts).toEqual({ input: 432, output: 39, cacheRead: 100, cacheWrite: 120, cacheWrite1h: 65 });
  });

  const advisor = {
    ...usage,
    type: 'advisor_message',
    model: 'claude-opus-4-8',
    input_tokens: 800,
    output_tokens: 531,
  };

  it('leaves to other models what they were asked, streamed or not', () => {
    const iterations = [{ ...usage, type: 'message' }, advisor, { ...advisor, model: null }, 'advisor_message'];
    const told = { ...usage, iterations };
    const whole = readAnswer(MESSAGES, { usage: told });
    const streamed = readEvents(MESSAGES, [
      { type: 'message_start', message: { usage: { ...usage, output_tokens: 1 } } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: told },
    ]);
    for (const { counts, usage: seen } of [whole, streamed]) {
      expect(counts).toEqual({ input: 162, output: 9, cacheRead: 100, cacheWrite: 50 });
      expect(operationAt(MESSAGES).otherModels?.(seen ?? {})).toMatchObject([
        { model: 'claude-opus-4-8', counts: { input: 950, output: 531, cacheRead: 100, cacheWrite: 50 } },
      ]);
    }
    expect(operationAt(MESSAGES).otherModels?.(usage)).toEqual([]);
  });
});
