import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startProvider } from '../support/provider/startProvider.ts';
import type { StandInProvider } from '../support/provider/startProvider.ts';
import { flush } from '../../instrumentation/flush.ts';
import { shared } from '../../instrumentation/shared.ts';
import { startPolicyServer } from './policyServer.ts';
import type { PolicyServer } from './policyServer.ts';
import { startReceiver } from './receiver.ts';
import type { Receiver } from './receiver.ts';
import { environmentFor, makeHome, runApp } from './runApp.ts';
import type { AppEnd, AppOptions } from './runApp.ts';

let provider: StandInProvider;
let receiver: Receiver;
let policy: PolicyServer;
let home: ReturnType<typeof makeHome>;

beforeEach(async () => {
  [provider, receiver, policy] = await Promise.all([startProvider(), startReceiver(), startPolicyServer()]);
  home = makeHome();
});

afterEach(async () => {
  await Promise.all([provider.close(), receiver.close(), policy.close()]);
  home.remove();
});

/** Nothing is sent unless it is flushed: the process is killed right after, and exports have an hour. */
const run = (environment: Record<string, string>, options: AppOptions = {}): Promise<AppEnd> =>
  runApp('flush.cjs', {
    ...options,
    environment: {
      ...environmentFor(provider.url, receiver.url, home.path),
      OTEL_BSP_SCHEDULE_DELAY: '3600000',
      ...environment,
    },
  });
const models = (): unknown[] => receiver.spans.map(({ attributes }) => attributes['gen_ai.request.model']);
const DONE = { code: null, signal: 'SIGKILL', stdout: expect.stringContaining('"result":"undefined"') as string };

describe('flush', () => {
  it('has sent the spans when it resolves, and the settlements of the gate', async () => {
    expect(await run({ TOLLGATE_POLICY_URL: policy.url })).toMatchObject(DONE);
    expect(models()).toEqual(['flushed']);
    expect(policy.settled.map(({ body }) => body)).toMatchObject([{ usage: { output: 16 }, final: true }]);
  });

  it("sends the spans of an application's own provider, with the preload and without", async () => {
    expect(await run({ OWN_SDK: 'yes' })).toMatchObject(DONE);
    expect(models()).toEqual(['flushed']);
    receiver.spans.length = 0;
    // Without the preload nothing records the call: what is flushed is the application's provider, with nothing in it.
    expect(await run({ OWN_SDK: 'yes' }, { nodeArguments: [] })).toMatchObject(DONE);
    expect(models()).toEqual([]);
  });

  it('resolves when its time is over, whoever does not answer', async () => {
    receiver.answerWith('hang');
    expect(await run({ TIMEOUT_MS: '50' })).toMatchObject(DONE);
  });

  it('takes any time for one: none at all, no number, and one that no timer can hold', async () => {
    let sent: () => void = () => undefined;
    shared.flush = () => new Promise<void>((resolve) => (sent = resolve));
    const warned = vi.spyOn(process, 'emitWarning');
    const ended: unknown[] = [];
    const options = [null, { timeoutMs: Infinity }, { timeoutMs: Number.NaN }, { timeoutMs: '5' as unknown as number }];
    for (const given of options) {
      const flushing = flush(given).then(() => ended.push(given));
      // Longer than a timer that goes off at once.
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(ended).not.toContain(given);
      sent();
      await flushing;
    }
    expect(ended).toEqual(options);
    expect(warned).not.toHaveBeenCalled();
    delete shared.flush;
  });

  it('is asked several times at once, and resolves for each', async () => {
    shared.flush = () => Promise.resolve();
    await expect(Promise.all([flush(), flush(), flush({ timeoutMs: 0 })])).resolves.toHaveLength(3);
    delete shared.flush;
  });

  it('resolves where there is nothing to flush, and where flushing fails, at once', async () => {
    await expect(flush()).resolves.toBeUndefined();
    shared.flush = () => Promise.reject(new Error('mine'));
    await expect(flush({ timeoutMs: 60_000 })).resolves.toBeUndefined();
    delete shared.flush;
  });
});
