import { setTimeout as delay } from 'node:timers/promises';
import { formatUsd, parseUsd } from '../../src/money.ts';
import { expect } from 'vitest';
import { getAllCalls, getCosts } from '../support/asking.ts';
import { costFemtoUsd, makeCall, postCalls, type ChatCall } from '../support/exports.ts';
import { runTollgate, type RunningService } from '../support/service.ts';

const CLIENTS = 4;
const CALLS_PER_EXPORT = 8;
const RESEND_MS = 40;
/** A service whose engine ended itself answers nothing: without this a test would wait for ever. */
const ANSWER_MS_MAX = 45_000;

export interface Senders {
  readonly acknowledged: ReadonlyMap<string, ChatCall>;
  /** How often each status was answered; 0: nobody answered. */
  readonly statuses: Map<number, number>;
  /** Resolves when as many more calls are acknowledged. */
  more(calls: number): Promise<void>;
  /** Ends when every export that was begun is acknowledged. */
  stop(): Promise<void>;
}

/** `pauseMs` after each export. Clients as an exporter with retries is one: the same export again until somebody takes it. */
export function startSenders(address: () => string, pauseMs = 0): Senders {
  const acknowledged = new Map<string, ChatCall>();
  const statuses = new Map<number, number>();
  let isStopped = false;
  let made = 0;

  function makeExport(): ChatCall[] {
    made += 1;
    return Array.from({ length: CALLS_PER_EXPORT }, (_, index) =>
      makeCall({
        agent: `agent-${made % 3}`,
        user: `u${(made + index) % 11}`,
        session: `s${made % 17}`,
        inputTokens: (made * 31 + index) % 5_000,
        outputTokens: (made * 17 + index) % 700,
      }),
    );
  }

  async function send(calls: readonly ChatCall[]): Promise<void> {
    for (;;) {
      const status = await statusOf(address(), calls);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 200) break;
      await delay(RESEND_MS);
    }
    for (const call of calls) acknowledged.set(call.spanId, call);
  }

  async function run(): Promise<void> {
    while (!isStopped) {
      await send(makeExport());
      await delay(pauseMs);
    }
  }

  const running = Array.from({ length: CLIENTS }, run);
  return {
    acknowledged,
    statuses,
    async more(calls) {
      const enough = acknowledged.size + calls;
      while (acknowledged.size < enough) await delay(10);
    },
    async stop() {
      isStopped = true;
      await Promise.all(running);
    },
  };
}

async function statusOf(address: string, calls: readonly ChatCall[]): Promise<number> {
  const sent = postCalls(address, calls).then(async (response) => {
    await response.arrayBuffer();
    return response.status;
  });
  return Promise.race([sent.catch(() => 0), delay(ANSWER_MS_MAX, -1, { ref: false })]);
}

/** Every call there once, at its cost; the sums are those of the calls; the audit finds nothing. */
export async function expectBooks(
  service: RunningService,
  args: readonly string[],
  acknowledged: ReadonlyMap<string, ChatCall>,
): Promise<void> {
  const stored = await getAllCalls(service.api);
  const found = stored.map(({ span_id, charge, cost_usd }) => `${span_id} ${charge} ${cost_usd}`).sort();
  const expected = [...acknowledged.values()].map((call) => `${call.spanId} charged ${formatUsd(costFemtoUsd(call))}`);
  expect(found).toEqual(expected.sort());
  const costUsd = formatUsd(stored.reduce((sum, { cost_usd }) => sum + (parseUsd(cost_usd ?? '') ?? 0n), 0n));
  expect((await getCosts(service.api)).totals).toMatchObject({ calls: acknowledged.size, cost_usd: costUsd });
  expect(await runTollgate(['audit', ...args])).toMatchObject({ code: 0, stderr: '' });
}

export function messagesOf(service: RunningService): string[] {
  return service.log.map((line) => (JSON.parse(line) as { msg: string }).msg);
}

export async function statusAt(url: string): Promise<number> {
  const response = await fetch(url);
  await response.arrayBuffer();
  return response.status;
}
