// Attributes are written after strands-agents 1.62 (Python) and @strands-agents/sdk 1.16 and 1.19, and recordings of both.
import { describe, expect, it } from 'vitest';
import { billedOfRecording, callsOfRecording, readOf, readRecording } from './recordedSpans.ts';
import { buckets, readCall, type Written } from './spans.ts';

const PYTHON = 'strands.telemetry.tracer';
const SERVICE = 'my-anthropic-service';
const chat: Written = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.system': SERVICE,
  'gen_ai.event.start_time': '2026-11-22T02:00:00.000Z',
  'gen_ai.request.model': 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
};
/** Both names of each count, as it writes them. */
function usage(input: number, output: number, total: number, read = 0, write = 0): Written {
  return {
    'gen_ai.usage.prompt_tokens': input,
    'gen_ai.usage.input_tokens': input,
    'gen_ai.usage.completion_tokens': output,
    'gen_ai.usage.output_tokens': output,
    'gen_ai.usage.total_tokens': total,
    'gen_ai.usage.cache_read.input_tokens': read,
    'gen_ai.usage.cache_read_input_tokens': read,
    'gen_ai.usage.cache_creation.input_tokens': write,
    'gen_ai.usage.cache_write_input_tokens': write,
  };
}
const direct: Written = { 'gen_ai.request.model': 'claude-sonnet-4-5' };

describe('Strands Agents', () => {
  it.each(['strands/agent', 'strands-python/anthropic', 'strands-python/openai'])(
    'recorded as %s, is read as it was billed',
    (path) => {
      expect(readOf(callsOfRecording(path))).toEqual(billedOfRecording(path));
    },
  );

  it('recorded, says user and session on the agent, whose totals are a container', () => {
    const agents = readRecording('strands/agent').filter(
      (reading) => reading.kind === 'call' && reading.call.operation === 'invoke_agent',
    );
    expect(agents.map((reading) => reading.kind === 'call' && reading.call)).toMatchObject([
      { role: 'container', own: { agent: 'clerk', user: 'user-6', session: 'conversation-6' } },
      { role: 'container', own: { agent: 'writer', user: 'user-6', session: 'conversation-6' } },
    ]);
  });

  it('is inclusive where the total is input and output: 2340 + 30 = 2370, 2340 - 2048 - 256 = 36', () => {
    const call = readCall(SERVICE, { ...chat, ...usage(2340, 30, 2370, 2048, 256) });
    expect(buckets(call)).toEqual([36, 2048, 256, null, 30, null]);
    expect(call).toMatchObject({ dialect: 'strands', cacheSemantics: 'inclusive:scope', isEmitterKnown: true });
  });

  it('is exclusive, as before 1.19, where the total holds the cache too: 36 + 30 + 2048 + 256 = 2370', () => {
    const call = readCall(SERVICE, { ...chat, ...usage(36, 30, 2370, 2048, 256) });
    expect(buckets(call)).toEqual([36, 2048, 256, null, 30, null]);
    expect(call.cacheSemantics).toBe('exclusive:arithmetic');
  });

  it("is exclusive for JavaScript's Anthropic client, whose total leaves the cache out, and not for Python's", () => {
    const written = { ...chat, ...direct, ...usage(2340, 30, 2370, 2048, 256) };
    expect(readCall(SERVICE, written)).toMatchObject({
      cacheSemantics: 'exclusive:scope',
      usage: { input_uncached: 2340 },
    });
    expect(readCall(PYTHON, written)).toMatchObject({
      cacheSemantics: 'inclusive:scope',
      usage: { input_uncached: 36 },
    });
    // More cached than input cannot be inside it.
    const older = { ...chat, ...direct, ...usage(36, 30, 66, 2048, 256) };
    expect(readCall(PYTHON, older)).toMatchObject({ cacheSemantics: 'exclusive:arithmetic', usageFault: null });
  });

  it('names no provider: the service is none, the spelling of a Bedrock model is', () => {
    expect(readCall(SERVICE, { ...chat, ...usage(1, 1, 2) }).provider).toBe('aws.bedrock');
    expect(readCall(SERVICE, { ...chat, ...direct, ...usage(1, 1, 2) }).provider).toBe(null);
    const current = { ...direct, 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'strands-agents' };
    expect(readCall('x', { ...current, ...usage(1, 1, 2) })).toMatchObject({ dialect: 'strands', provider: null });
  });

  it('does not fail on a total that is no number', () => {
    const hostile = { toString: 'x', valueOf: 'y' };
    const written = { ...chat, ...usage(1, 1, 2), 'gen_ai.usage.total_tokens': hostile };
    expect(readCall(SERVICE, written).usageFault).toContain('gen_ai.usage.total_tokens');
  });
});
