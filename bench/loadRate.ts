/**
 * The load generator of `bench/load.ts`, a process of its own: exports at a fixed rate, whatever the answers take, and beside
 * them somebody who asks /healthz, the gate and the API. What is refused is not sent again: the rate stays what it is.
 * Reads its task as JSON from the first argument, prints its findings as one line of JSON.
 */
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { decisionBody } from './gateCalls.ts';
import { createPayloadSource } from './payloads.ts';
import { quantile } from './table.ts';

export interface RateTask {
  readonly otlpUrl: string;
  /** Null: the receiver has no API. */
  readonly apiUrl: string | null;
  readonly spansARequest: number;
  readonly genAiShare: number;
  readonly exportsPerSecond: number;
  readonly seconds: number;
  readonly questionPauseMs: number;
  readonly seed: number;
}

interface Latency {
  readonly p50: number;
  readonly p99: number;
  /** How many were answered with anything but 200. */
  readonly refused: number;
}

export interface RateFindings {
  readonly sent: number;
  readonly acked: number;
  readonly refused: number;
  /** No answer within 10 s. */
  readonly givenUp: number;
  /** The least and the greatest that was told. */
  readonly retryAfterSeconds: readonly [number, number];
  readonly ackMs: Latency;
  readonly healthMs: Latency | null;
  readonly decisionMs: Latency | null;
  readonly questionMs: Latency | null;
  readonly fault: string | null;
}

/** As OpenTelemetry's exporters have it. */
const GIVE_UP_MS = 10_000;
const PROBE_PAUSE_MS = 100;
const SENT_AFTER_NANO = 5_000_000_000n;
const QUESTION = '/api/v1/costs?group_by=agent,model&period=24h';

interface Reply {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

function send(agent: Agent, url: string, body: Uint8Array | null, contentType: string): Promise<Reply | null> {
  return new Promise((resolve, reject) => {
    const headers = body === null ? {} : { 'content-type': contentType, 'content-length': body.length };
    const options = { agent, method: body === null ? 'GET' : 'POST', headers, timeout: GIVE_UP_MS };
    const outgoing = request(url, options, (incoming) => {
      incoming.resume();
      incoming.on('end', () => {
        clearTimeout(deadline);
        resolve({ status: incoming.statusCode ?? 0, retryAfter: incoming.headers['retry-after'] });
      });
    });
    const deadline = setTimeout(() => {
      resolve(null);
      outgoing.destroy();
    }, GIVE_UP_MS);
    outgoing.on('error', (error) => {
      clearTimeout(deadline);
      reject(error);
    });
    outgoing.end(body ?? undefined);
  });
}

const latency = (ms: readonly number[], refused = 0): Latency => ({
  p50: quantile(ms, 0.5),
  p99: quantile(ms, 0.99),
  refused,
});

const task = JSON.parse(process.argv[2] ?? '') as RateTask;
const untilMs = performance.now() + task.seconds * 1000;
let fault: string | null = null;

/** Asks one after the other; what was not answered in time counts with that time. */
async function probe(path: string, pauseMs: number, makeBody: () => string | null): Promise<Latency | null> {
  if (task.apiUrl === null) return null;
  const agent = new Agent({ keepAlive: true });
  const ms: number[] = [];
  let refused = 0;
  while (performance.now() < untilMs) {
    const body = makeBody();
    const sentMs = performance.now();
    const bytes = body === null ? null : Buffer.from(body);
    const reply = await send(agent, task.apiUrl + path, bytes, 'application/json').catch(() => null);
    ms.push(performance.now() - sentMs);
    if (reply?.status !== 200) refused += 1;
    await sleep(pauseMs);
  }
  agent.destroy();
  return latency(ms, refused);
}

async function sendExports(): Promise<Omit<RateFindings, 'healthMs' | 'decisionMs' | 'questionMs' | 'fault'>> {
  const agent = new Agent({ keepAlive: true });
  const { spansARequest: spans, seed, genAiShare } = task;
  const source = createPayloadSource({ spans, seed, genAiShare, rootsLater: false });
  const ackMs: number[] = [];
  const retryAfter: number[] = [];
  const pending = new Set<Promise<void>>();
  let sent = 0;
  let givenUp = 0;

  async function sendOne(): Promise<void> {
    const body = Buffer.from(source.next(BigInt(Date.now()) * 1_000_000n - SENT_AFTER_NANO));
    const sentMs = performance.now();
    const reply = await send(agent, `${task.otlpUrl}/v1/traces`, body, 'application/x-protobuf').catch(() => null);
    if (reply === null) givenUp += 1;
    else if (reply.status === 200) ackMs.push(performance.now() - sentMs);
    else if (reply.status === 503) retryAfter.push(Number(reply.retryAfter));
    else fault ??= `${reply.status} for an export`;
  }

  const startedMs = performance.now();
  while (performance.now() < untilMs) {
    const due = Math.floor(((performance.now() - startedMs) * task.exportsPerSecond) / 1000);
    for (; sent < due; sent += 1) {
      const one = sendOne().finally(() => pending.delete(one));
      pending.add(one);
    }
    await sleep(2);
  }
  await Promise.all(pending);
  agent.destroy();
  return {
    sent,
    acked: ackMs.length,
    refused: retryAfter.length,
    givenUp,
    retryAfterSeconds: [Math.min(...retryAfter), Math.max(...retryAfter)],
    ackMs: latency(ackMs),
  };
}

const [exported, healthMs, decisionMs, questionMs] = await Promise.all([
  sendExports(),
  probe('/healthz', PROBE_PAUSE_MS, () => null),
  probe('/policy/v1/decisions', PROBE_PAUSE_MS, () => decisionBody({ agent: 'bench', idempotencyKey: randomUUID() })),
  probe(QUESTION, task.questionPauseMs, () => null),
]);
process.stdout.write(
  `${JSON.stringify({ ...exported, healthMs, decisionMs, questionMs, fault } satisfies RateFindings)}\n`,
);
