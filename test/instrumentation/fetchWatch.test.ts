import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { OngoingCall } from '../../instrumentation/calls/call.ts';
import { parseTarget } from '../../instrumentation/calls/target.ts';
import { deniedResponse } from '../../instrumentation/fetch/denial.ts';
import { watchResponse } from '../../instrumentation/fetch/watchResponse.ts';
import { PolicyDeniedError } from '../../instrumentation/gate/policyDeniedError.ts';
import { openaiOperationOf } from '../../instrumentation/wires/openai.ts';
import type { Wire, WireFormat } from '../../instrumentation/wires/wireOf.ts';

const operation = openaiOperationOf('/chat/completions');
if (operation === null) throw new Error('expected the chat of OpenAI');

function newCall(): OngoingCall {
  return new OngoingCall({
    operation: operation as NonNullable<typeof operation>,
    target: parseTarget('http://127.0.0.1/v1', 'openai', true),
    span: trace.wrapSpanContext(INVALID_SPAN_CONTEXT),
    deployment: null,
    run: null,
    isForeign: false,
  });
}

interface Source {
  readonly response: Response;
  readonly asked: () => number;
  readonly cancelled: () => unknown;
}

/** A body that counts how often it is asked for a piece, and makes one each time. */
function countingSource(type: 'bytes' | undefined, pieces: number): Source {
  let asked = 0;
  let cancelled: unknown;
  const source = {
    pull(controller: {
      enqueue(piece: Uint8Array): void;
      close(): void;
      byobRequest?: { respond(n: 0): void } | null;
    }) {
      asked += 1;
      if (asked <= pieces) controller.enqueue(new TextEncoder().encode(`data: ${asked}\n\n`));
      else {
        controller.close();
        controller.byobRequest?.respond(0);
      }
    },
    cancel(reason: unknown) {
      cancelled = reason;
    },
  };
  const body =
    type === 'bytes'
      ? new ReadableStream({ type, ...(source as object) })
      : new ReadableStream<Uint8Array>(source, { highWaterMark: 0 });
  const headers = { 'content-type': 'text/event-stream' };
  return { response: new Response(body, { headers }), asked: () => asked, cancelled: () => cancelled };
}

const watched = (source: Source): Response =>
  watchResponse(source.response, newCall(), { format: 'openai' }) as Response;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe.each(['bytes', undefined] as const)('a watched body of type %s', (type) => {
  it('asks for nothing before it is asked, and for one piece a read', async () => {
    const source = countingSource(type, 3);
    const { body } = watched(source);
    await turn();
    expect(source.asked()).toBe(0);
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    for (const read of [1, 2, 3]) {
      const { value } = await reader.read();
      await turn();
      expect([Buffer.from(value ?? []).toString(), source.asked()]).toEqual([`data: ${read}\n\n`, read]);
    }
    expect([await reader.read(), source.asked()]).toEqual([{ done: true, value: undefined }, 4]);
  });

  it('hands a cancellation on, with its reason, read or not', async () => {
    const reason = new Error('enough');
    const unread = countingSource(type, 3);
    await watched(unread).body?.cancel(reason);
    expect([unread.cancelled(), unread.asked()]).toEqual([reason, 0]);
    const begun = countingSource(type, 3);
    const reader = watched(begun).body?.getReader();
    await reader?.read();
    await reader?.cancel(reason);
    expect([begun.cancelled(), begun.asked()]).toEqual([reason, 1]);
  });

  it('is read with a buffer of the reader where the source is', () => {
    const open = (): unknown => watched(countingSource(type, 1)).body?.getReader({ mode: 'byob' });
    if (type === 'bytes') expect(open).not.toThrow();
    else expect(open).toThrow(TypeError);
  });
});

describe('what is no answer to be read', () => {
  it.each([
    ['an object that is no Response', { ok: true }],
    ['a failure', new Response('no', { status: 500 })],
    ['no body', new Response(null, { status: 204 })],
  ])('goes on as it is: %s', (_what, response) => {
    expect(watchResponse(response, newCall(), { format: 'openai' })).toBe(response);
  });

  it('goes on as it is where somebody else has its reader', () => {
    const { response } = countingSource('bytes', 1);
    response.body?.getReader();
    expect(watchResponse(response, newCall(), { format: 'openai' })).toBe(response);
  });
});

describe('the answer to a call that is denied', () => {
  const decision = {
    decision_id: 'd1',
    effect: 'deny',
    reserved_usd: null,
    expires_at: null,
    modify: null,
    stop_streams: false,
    reasons: [],
  } as const;
  const message = 'the call is denied by policy';
  const code = 'policy_denied';
  const denied = (format: WireFormat): Response =>
    deniedResponse(new PolicyDeniedError(decision), { format } as Wire, 'https://api.example/v1');

  it.each<[WireFormat, object]>([
    ['openai', { error: { message, type: 'permission_error', param: null, code } }],
    ['anthropic', { type: 'error', error: { type: 'permission_error', message, code } }],
    [
      'google',
      {
        error: {
          code: 403,
          message,
          status: 'PERMISSION_DENIED',
          details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: code }],
        },
      },
    ],
    ['mistral', { object: 'error', message, type: 'permission_error', param: null, code }],
    ['cohere', { message, code }],
    ['ollama', { error: message, code }],
    ['huggingface', { error: message, code }],
    ['bedrock', { message, code }],
  ])('has the shape of the errors of %s', async (format, body) => {
    expect(await denied(format).json()).toEqual(body);
  });

  it('looks like one that came from there, and so does its clone', () => {
    for (const response of [denied('openai'), denied('openai').clone(), denied('openai').clone().clone()]) {
      const { status, statusText, ok, url, type, redirected, headers } = response;
      expect([status, statusText, ok, url, type, redirected, headers.get('x-should-retry')]).toEqual([
        403,
        'Forbidden',
        false,
        'https://api.example/v1',
        'basic',
        false,
        'false',
      ]);
    }
  });
});
