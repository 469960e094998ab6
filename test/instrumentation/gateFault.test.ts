import { trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { patchClient } from '../../instrumentation/clients/clientPatch.ts';
import { PolicyDeniedError } from '../../instrumentation/index.ts';
import { openai } from '../../instrumentation/clients/families.ts';
import { shared } from '../../instrumentation/shared.ts';
import { decisionOf } from './decisionOf.ts';

interface FakeClient {
  readonly baseURL: string;
  readonly post: (path: string, options?: unknown) => Promise<unknown>;
  readonly makeRequest: (options: Promise<unknown>) => Promise<unknown>;
}

/** As much of a client as is patched; `makeRequest` fails after the options were awaited, as without a connection. */
class OpenAI implements FakeClient {
  readonly baseURL = 'http://127.0.0.1/v1';
  post(path: string, options?: unknown): Promise<unknown> {
    return this.makeRequest(Promise.resolve(options).then((resolved) => [path, resolved]));
  }
  async makeRequest(options: Promise<unknown>): Promise<unknown> {
    await options;
    throw new Error('no connection');
  }
}

const closed = vi.fn();
const decide = vi.fn();
const fail = (): never => {
  throw new Error('broken');
};

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan: fail, startActiveSpan: fail }) as never });
  shared.gate = { isActive: true, enforces: true, decide, close: closed };
  patchClient({ OpenAI }, openai);
});

afterEach(() => {
  delete shared.gate;
  trace.disable();
  vi.restoreAllMocks();
});

const call = (): Promise<unknown> => new OpenAI().post('/chat/completions', { body: { model: 'm' } });

describe('a fault of the instrumentation', () => {
  it('opens no way past the gate', async () => {
    decide.mockResolvedValueOnce({ decision: decisionOf('deny'), effect: 'deny', isRefused: true, reservation: null });
    await expect(call()).rejects.toThrow(PolicyDeniedError);
    expect(decide).toHaveBeenCalledOnce();
  });
});

describe('a client that does not show its HTTP exchanges', () => {
  it('has nothing released: nobody knows whether the request left', async () => {
    decide.mockResolvedValueOnce({
      decision: decisionOf('allow'),
      effect: 'allow',
      isRefused: false,
      reservation: 'id',
    });
    await expect(call()).rejects.toThrow('no connection');
    expect(closed.mock.calls).toEqual([[decisionOf('allow'), null]]);
  });
});
