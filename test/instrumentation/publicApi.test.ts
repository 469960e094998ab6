import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { recordLlmCall, withAgent, withAttribution } from '../../instrumentation/index.ts';
import type { LlmCallRecord } from '../../instrumentation/index.ts';
import { hearStderr } from './heard.ts';
import { startTracing } from './tracing.ts';

const tracing = startTracing();
const said = hearStderr();

afterEach(() => tracing.forget());

afterAll(() => tracing.stop());

describe('what plain JavaScript passes', () => {
  it('as no attribution and no options runs the function as it is', () => {
    for (const nothing of [undefined, null]) {
      expect(withAttribution(nothing, () => 'ran')).toBe('ran');
      expect(withAgent('bot', nothing, () => 'ran')).toBe('ran');
    }
    expect(tracing.names()).toEqual(['invoke_agent bot', 'invoke_agent bot']);
  });

  it('as a count that is none is unknown, which is said, and leaves the others', () => {
    const usage = {
      input_uncached: 12,
      cache_read: 1.5,
      output: -3,
      reasoning: '300',
      other: { audio_input: 2, image_input: NaN },
    };
    recordLlmCall({ provider: 'openai', model: 'm', usage: usage as unknown as LlmCallRecord['usage'] });
    const counts = Object.entries(tracing.attributesOf('chat m')).filter(([name]) => name.includes('usage'));
    // 12 uncached + 2 of audio.
    expect(Object.fromEntries(counts)).toEqual({
      'gen_ai.usage.input_tokens': 14,
      'gen_ai.usage.audio.input_tokens': 2,
      'tollgate.usage.source': 'provider',
    });
    expect(said).toEqual(
      [
        'cache_read: expected a count of tokens, found 1.5',
        'output: expected a count of tokens, found -3',
        'reasoning: expected a count of tokens, found string',
        'image_input: expected a count of tokens, found NaN',
      ].map((problem) => `tollgate: recordLlmCall: ${problem}; leaving it out\n`),
    );
  });

  it('as no usage, or as no call, fails nobody', () => {
    for (const usage of [undefined, null, 'text', { other: null }])
      recordLlmCall({ provider: 'openai', model: 'm', usage: usage as unknown as LlmCallRecord['usage'] });
    expect(tracing.names()).toEqual(['chat m', 'chat m', 'chat m', 'chat m']);
    expect(said).toEqual([]);
    recordLlmCall(undefined as unknown as LlmCallRecord);
    expect(said.join('')).toContain('recording a call: TypeError');
  });
});
