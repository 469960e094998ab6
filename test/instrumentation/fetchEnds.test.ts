import { trace } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OngoingCall } from '../../instrumentation/calls/call.ts';
import { parseTarget } from '../../instrumentation/calls/target.ts';
import { watchResponse } from '../../instrumentation/fetch/watchResponse.ts';
import { wireOf } from '../../instrumentation/wires/wireOf.ts';
import type { Wire } from '../../instrumentation/wires/wireOf.ts';
import { startTracing } from './tracing.ts';
import type { Tracing } from './tracing.ts';

const OPENAI = 'https://api.openai.com/v1';
let tracing: Tracing;

beforeAll(() => {
  tracing = startTracing();
});
afterEach(() => tracing.forget());
afterAll(() => tracing.stop());

function callAt(address: string, body: object): { call: OngoingCall; wire: Wire } {
  const wire = wireOf(new URL(address));
  if (wire === null) throw new Error(`${address}: expected the address of a model`);
  const call = new OngoingCall({
    operation: wire.operation,
    target: parseTarget(address, wire.provider, false),
    span: trace.getTracer('test').startSpan('call'),
    deployment: null,
    run: null,
    isForeign: false,
  });
  call.sawRequest(body);
  call.sawResponse();
  return { call, wire };
}

/** What the span says once the application has read all of the answer. */
async function spanAfter(address: string, type: string, answer: string, body: object = {}): Promise<unknown[]> {
  const { call, wire } = callAt(address, body);
  const response = new Response(answer, { headers: { 'content-type': type } });
  await (watchResponse(response, call, wire) as Response).text();
  const { attributes } = tracing.span('call');
  return ['error.type', 'gen_ai.response.finish_reasons', 'gen_ai.usage.output_tokens', 'tollgate.usage.source'].map(
    (name) => attributes[name],
  );
}

const events = (...all: readonly object[]): string => all.map((each) => `data: ${JSON.stringify(each)}\n\n`).join('');
const stream = { stream: true };

describe('an answer that fails after the success of its status', () => {
  const message = 'three secret words';

  it.each([
    [
      'whole, as OpenRouter’s',
      'https://openrouter.ai/api/v1/chat/completions',
      JSON.stringify({ error: { code: 502, message }, user_id: 'u' }),
      'stream_error',
    ],
    [
      'whole, as one of OpenAI’s responses',
      `${OPENAI}/responses`,
      JSON.stringify({ id: 'r', status: 'failed', error: { code: 'server_error', message }, usage: null }),
      'server_error',
    ],
  ])('%s, is an error', async (_what, address, answer, name) => {
    expect((await spanAfter(address, 'application/json', answer))[0]).toBe(name);
  });

  it('is none where the error is null, or empty', async () => {
    for (const error of [null, '', false]) {
      const answer = JSON.stringify({ id: 'r', status: 'completed', error, usage: { output_tokens: 5 } });
      expect(await spanAfter(`${OPENAI}/responses`, 'application/json', answer)).toEqual([
        undefined,
        ['completed'],
        5,
        'provider',
      ]);
      tracing.forget();
    }
  });

  it.each([
    ['OpenAI’s responses', `${OPENAI}/responses`, { type: 'error', code: 'rate_limit_exceeded', message, param: null }],
    [
      'Mistral’s conversations',
      'https://api.mistral.ai/v1/conversations',
      { type: 'conversation.response.error', code: 'rate_limit_exceeded', message },
    ],
  ])('in a stream of %s, whose event is the error, is one', async (_whose, address, event) => {
    expect((await spanAfter(address, 'text/event-stream', events(event), stream))[0]).toBe('rate_limit_exceeded');
  });

  it('as a failed response in a stream is one, and says why it ended, estimated by what came', async () => {
    const failed = { id: 'r', status: 'failed', error: { code: 'server_error', message }, usage: null };
    const all = events(
      { type: 'response.created', response: { id: 'r', status: 'in_progress', error: null, usage: null } },
      { type: 'response.output_text.delta', delta: 'eight ch' },
      { type: 'response.failed', response: failed },
    );
    expect(await spanAfter(`${OPENAI}/responses`, 'text/event-stream', all, { ...stream, input: 'hi' })).toEqual([
      'server_error',
      ['failed'],
      // 8 characters at 4 a token.
      2,
      'estimate',
    ]);
  });
});

describe('an answer that somebody else reads', () => {
  it('ends its call, with nothing known', () => {
    const { call, wire } = callAt(`${OPENAI}/chat/completions`, {});
    const response = new Response('{}');
    response.body?.getReader();
    expect(watchResponse(response, call, wire)).toBe(response);
    expect(tracing.span('call').attributes).toEqual({});
  });
});
