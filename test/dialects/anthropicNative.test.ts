// The spans are those of the installed @anthropic-ai/sdk itself, against a stand-in for the API.
import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import type { AttributeValue, ReceivedSpan } from '../../src/span.ts';
import { readSpan } from '../../src/dialects/read.ts';
import { buckets, readCall, span } from './spans.ts';

const usage = {
  input_tokens: 12,
  cache_read_input_tokens: 8000,
  cache_creation_input_tokens: 400,
  cache_creation: { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: 100 },
  output_tokens: 150,
  output_tokens_details: { thinking_tokens: 90 },
  service_tier: 'priority',
};
const message = {
  id: 'msg_01Tollgate',
  type: 'message',
  role: 'assistant',
  model: 'claude-stand-in-1-20261101',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  usage,
};
const question = { model: 'claude-stand-in-1', max_tokens: 200, messages: [{ role: 'user' as const, content: 'Hi' }] };

/** A tracer provider that keeps what the SDK writes, and a client on it whose every request gets `answer`. */
function recordingClient(answer: () => Response): { client: Anthropic; spans: ReceivedSpan[] } {
  const spans: ReceivedSpan[] = [];
  const tracerProvider = {
    getTracer: (scope: string) => ({
      startSpan(name: string, options: { kind: number; attributes: Record<string, AttributeValue> }) {
        const attributes: Record<string, AttributeValue> = { ...options.attributes };
        let status: ReceivedSpan['status'] = 'unset';
        return {
          spanContext: () => ({
            traceId: '0af7651916cd43dd8448eb211c80319c',
            spanId: 'b7ad6b7169203331',
            traceFlags: 1,
          }),
          isRecording: () => true,
          setAttribute: (key: string, value: AttributeValue) => (attributes[key] = value),
          setAttributes: (more: Record<string, AttributeValue>) => Object.assign(attributes, more),
          setStatus: ({ code }: { code: number }) => (status = code === 2 ? 'error' : 'ok'),
          recordException: () => undefined,
          addEvent: () => undefined,
          updateName: () => undefined,
          end: () => spans.push(span(scope, attributes, { name, kind: 3, status })),
        };
      },
    }),
  };
  const client = new Anthropic({
    apiKey: 'stand-in',
    maxRetries: 0,
    fetch: () => Promise.resolve(answer()),
    openTelemetry: { tracerProvider: tracerProvider as never, traces: { enabled: true } },
  });
  return { client, spans };
}

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
const stream = (events: readonly { readonly type: string }[]) =>
  new Response(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''), {
    headers: { 'content-type': 'text/event-stream' },
  });

function onlyReading(spans: readonly ReceivedSpan[]) {
  expect(spans).toHaveLength(1);
  return spans.map((one) => readSpan(one))[0];
}

describe('the native spans of @anthropic-ai/sdk', () => {
  it('are read by every bucket: 8412 = 12 + 8000 + 300 + 100', async () => {
    const { client, spans } = recordingClient(() => json(message));
    await client.messages.create(question);
    expect(spans[0]?.attributes.get('gen_ai.usage.input_tokens')).toBe(8412);
    expect(onlyReading(spans)).toMatchObject({
      kind: 'call',
      call: {
        dialect: 'anthropic-native',
        operation: 'chat',
        provider: 'anthropic',
        requestModel: 'claude-stand-in-1',
        responseModel: 'claude-stand-in-1-20261101',
        responseId: 'msg_01Tollgate',
        serviceTier: 'priority',
        cacheSemantics: 'inclusive:scope',
        lossy: false,
        usageFault: null,
        usage: {
          input_uncached: 12,
          cache_read: 8000,
          cache_write_5m: 300,
          cache_write_1h: 100,
          output: 150,
          reasoning: 90,
        },
      },
    });
  });

  it('say lossy for a stream that broke off before its final count', async () => {
    const { client, spans } = recordingClient(() =>
      stream([
        { type: 'message_start', message: { ...message, content: [], usage: { ...usage, output_tokens: 1 } } } as never,
        { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } } as never,
      ]),
    );
    for await (const event of await client.messages.create({ ...question, stream: true }))
      expect(event.type).not.toBe('message_stop');
    expect(onlyReading(spans)).toMatchObject({
      kind: 'call',
      call: { status: 'error', lossy: true, usage: { input_uncached: 12, cache_read: 8000, output: null } },
    });
  });

  it('are a call of unknown usage when the API refuses', async () => {
    const { client, spans } = recordingClient(() =>
      json({ type: 'error', error: { type: 'overloaded_error', message: 'x' } }, 529),
    );
    await expect(client.messages.create(question)).rejects.toThrow('529');
    expect(onlyReading(spans)).toMatchObject({
      kind: 'call',
      call: {
        status: 'error',
        model: 'claude-stand-in-1',
        usage: { input_uncached: null, output: null },
        lossy: false,
      },
    });
  });

  it('are no call when tokens are only counted', async () => {
    const { client, spans } = recordingClient(() => json({ input_tokens: 7 }));
    await client.messages.countTokens({ model: question.model, messages: question.messages });
    expect(onlyReading(spans)).toMatchObject({ kind: 'span', skeleton: { operation: null } });
  });

  it('bill compactions beside input and output: 12 + 500 and 150 + 20, their cached part unknown', () => {
    const call = readCall('com.anthropic.sdk.typescript', {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.usage.input_tokens': 8012,
      'gen_ai.usage.cache_read.input_tokens': 8000,
      'gen_ai.usage.output_tokens': 150,
      'anthropic.usage.compaction.input_tokens': 500,
      'anthropic.usage.compaction.output_tokens': 20,
    });
    expect(buckets(call)).toEqual([512, 8000, null, null, 170, null]);
    expect(call.lossy).toBe(true);
  });

  it("leave the provider's own route out of the endpoint", () => {
    const written = { 'gen_ai.operation.name': 'chat', 'http.route': '/v1/sessions/{id}' };
    expect(readCall('com.anthropic.sdk.typescript', written, { kind: 3 }).own.endpoint).toBe(null);
    expect(readCall('com.anthropic.sdk.typescript', written, { kind: 2 }).own.endpoint).toBe('/v1/sessions/{id}');
  });
});
