import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProvider } from '../support/provider/startProvider.ts';
import type { StandInProvider } from '../support/provider/startProvider.ts';
import { startReceiver } from './receiver.ts';
import type { Receiver, RecordedSpan } from './receiver.ts';
import { environmentFor, makeHome, runApp } from './runApp.ts';
import type { AppEnd } from './runApp.ts';

let provider: StandInProvider;
let receiver: Receiver;
let end: AppEnd;
const home = makeHome();

beforeAll(async () => {
  provider = await startProvider();
  receiver = await startReceiver();
  end = await runApp('attribution.mjs', { environment: environmentFor(provider.url, receiver.url, home.path) });
});

afterAll(async () => {
  await provider.close();
  await receiver.close();
  home.remove();
});

function span(name: string): RecordedSpan {
  const found = receiver.spans.filter((candidate) => candidate.name === name);
  expect({ name, spans: found.length }).toEqual({ name, spans: 1 });
  return found[0] as RecordedSpan;
}

const keys = [
  'gen_ai.agent.name',
  'user.id',
  'gen_ai.conversation.id',
  'tollgate.run.id',
  'tollgate.tag.feature',
  'tollgate.tag.plan',
];
const attributionOf = (name: string): unknown[] => keys.map((key) => span(name).attributes[key]);

describe('attribution', () => {
  it('is on every span started inside, across awaits, and on none outside', () => {
    expect(attributionOf('chat outside')).toEqual([undefined, undefined, undefined, undefined, undefined, undefined]);
    expect(attributionOf('chat inside')).toEqual([undefined, 'u1', 's1', 'r1', 'faq', 'free']);
    expect(attributionOf('work')).toEqual([undefined, 'u1', 's1', 'r1', 'faq', 'free']);
    expect(attributionOf('chat nested')).toEqual([undefined, 'u1', 's1', 'r1', 'faq', 'free']);
  });

  it('inside another one overrides what it names, tag by tag, and only inside', () => {
    expect(attributionOf('chat overridden')).toEqual([undefined, 'u2', 's1', 'r1', 'faq', 'paid']);
    expect(attributionOf('chat restored')).toEqual([undefined, 'u1', 's1', 'r1', 'faq', 'free']);
  });

  it('of parallel work does not mix', () => {
    expect(span('chat parallel-a').attributes['user.id']).toBe('a');
    expect(span('chat parallel-b').attributes['user.id']).toBe('b');
  });

  it('leaves the process in no header', () => {
    expect(provider.requests).toHaveLength(8);
    const values = provider.requests.flatMap(({ headers }) =>
      Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`),
    );
    expect(
      values.filter((text) => /^(?:traceparent|tracestate|baggage)|\bu[123]\b|\bs1\b|\br1\b|planner/.test(text)),
    ).toEqual([]);
  });
});

describe('withAgent', () => {
  it('makes an invoke_agent span, the parent of what happens inside, and gives back what the function gives', () => {
    expect(JSON.parse(end.stdout)).toEqual({ answer: 'answer', failed: 'mine', sync: 'plain value' });
    const agent = span('invoke_agent planner');
    expect(agent.attributes).toMatchObject({
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'planner',
      'user.id': 'u3',
    });
    // SPAN_KIND_INTERNAL
    expect(agent.kind).toBe(1);
    for (const name of ['chat claude', 'chat nova', 'chat command']) {
      expect({ name, parent: span(name).parentSpanId, trace: span(name).traceId }).toEqual({
        name,
        parent: agent.spanId,
        trace: agent.traceId,
      });
      expect(attributionOf(name).slice(0, 2)).toEqual(['planner', 'u3']);
    }
  });

  it('marks the span of an agent that failed', () => {
    const { status, attributes } = span('invoke_agent failing');
    expect({ status, type: attributes['error.type'] }).toEqual({ status: 'error', type: 'TypeError' });
  });
});

describe('recordLlmCall', () => {
  it('writes disjoint buckets as the inclusive counts of the conventions', () => {
    // 10 + 90 read + 5 written = 105; the bucket of 5-minute writes was not given, the one of an hour was.
    expect(span('chat nova').attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'aws.bedrock',
      'gen_ai.request.model': 'nova',
      'gen_ai.usage.input_tokens': 105,
      'gen_ai.usage.output_tokens': 7,
      'gen_ai.usage.cache_read.input_tokens': 90,
      'gen_ai.usage.cache_write.input_tokens': 5,
      'tollgate.usage.cache_write_1h.input_tokens': 5,
      'tollgate.usage.web_search.requests': 1,
      'tollgate.usage.source': 'provider',
      'gen_ai.agent.name': 'planner',
      'user.id': 'u3',
    });
  });

  it('writes no usage where none is known, and the failure', () => {
    const { attributes, status } = span('chat command');
    expect(Object.keys(attributes).filter((key) => key.includes('usage'))).toEqual([]);
    expect({ status, type: attributes['error.type'] }).toEqual({ status: 'error', type: '500' });
  });
});
