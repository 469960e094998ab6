import { expect } from 'vitest';
import { startProvider } from '../support/provider/startProvider.ts';
import type { StandInProvider } from '../support/provider/startProvider.ts';
import { startPolicyServer } from './policyServer.ts';
import type { PolicyServer } from './policyServer.ts';
import { startReceiver } from './receiver.ts';
import type { Receiver, RecordedSpan } from './receiver.ts';
import { environmentFor, makeHome, runApp } from './runApp.ts';

export interface Seen {
  readonly value?: unknown;
  readonly error?: Readonly<Record<string, unknown>>;
  readonly unhandled: readonly Readonly<Record<string, unknown>>[];
}

export interface GateHarness extends AsyncDisposable {
  readonly provider: StandInProvider;
  readonly receiver: Receiver;
  readonly policy: PolicyServer;
  /** Forgets what came before, but not how the policy server answers. */
  run(file: string, environment: Readonly<Record<string, string>>): Promise<Readonly<Record<string, Seen>>>;
  /** The span of a case; the granted model is on it, so that the asked one is found by its question. */
  spanOf(model: string): RecordedSpan;
}

/** An application with real SDKs, between a scripted policy API and a stand-in provider. */
export async function startGateHarness(): Promise<GateHarness> {
  const [provider, receiver, policy] = await Promise.all([startProvider(), startReceiver(), startPolicyServer()]);
  const home = makeHome();
  return {
    provider,
    receiver,
    policy,
    async run(file, environment) {
      const { requests } = provider;
      for (const list of [requests, receiver.spans, receiver.exports, policy.asked, policy.settled, policy.waits])
        list.length = 0;
      const end = await runApp(file, {
        environment: {
          ...environmentFor(provider.url, receiver.url, home.path),
          TOLLGATE_POLICY_URL: policy.url,
          ...environment,
        },
      });
      expect({ code: end.code, stderr: end.stdout === '' ? end.stderr : '' }).toEqual({ code: 0, stderr: '' });
      return JSON.parse(end.stdout) as Record<string, Seen>;
    },
    spanOf(model) {
      const found = receiver.spans.filter(({ attributes }) => attributes['gen_ai.request.model'] === model);
      expect({ model, spans: found.length }).toEqual({ model, spans: 1 });
      return found[0] as RecordedSpan;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([provider.close(), receiver.close(), policy.close()]);
      home.remove();
    },
  };
}
