import { setTimeout as delay } from 'node:timers/promises';
import type { TestPlace } from '../support/database.ts';
import { runTollgate, startService } from '../support/service.ts';
import { checkAfterwards } from './afterwards.ts';
import { GoodSender } from './goodSender.ts';
import type { Outcome, Target } from './hostileCase.ts';
import { makeCase } from './kinds.ts';
import { MemoryWatch, readMetrics, residentBytes } from './observer.ts';
import type { Report } from './report.ts';
import { Senders } from './senders.ts';

export interface HostileRun {
  readonly place: TestPlace;
  readonly seed: number;
  /** The first case and how many. */
  readonly from: number;
  readonly cases: number;
  readonly sendersAtOnce: number;
  readonly aloneMs: number;
  readonly onProgress?: (done: number) => void;
  /** Told at once: a long run need not be waited for. */
  readonly onFinding?: (finding: string) => void;
}

const SHED_RETRY_MS = 50;
const FINDINGS_MAX = 20;
const REFUSED = /^(http [45]|grpc 3|shed|fault)/;

/** Starts the compiled service, sends the cases beside a well-behaved sender, and asks what became of both. */
export async function runHostile(run: HostileRun): Promise<Report> {
  const store = run.place.url === undefined ? [] : ['--database-url', run.place.url];
  const args = ['--data-dir', run.place.dataDir, ...store];
  await using service = await startService({ args, env: { TOLLGATE_SETTLE_DELAY_MS: '1000' } });
  const good = await makeKey(args, 'good', 'ingest,query');
  const hostile = await makeKey(args, 'hostile', 'ingest,query');
  const admin = await makeKey(args, 'good', 'admin');
  const sender = new GoodSender(service.http, good);
  const restMebibytes = Math.round((residentBytes(service.pid) ?? 0) / 1024 / 1024);
  sender.start();
  await delay(run.aloneMs);
  const alone = await sender.stop();
  const before = await readMetrics(service.api, admin);
  const memory = new MemoryWatch(service.pid);
  sender.start();
  const startedMs = performance.now();
  const outcomes = await sendCases(run, { http: addressOf(service.http), grpc: addressOf(service.grpc), key: hostile });
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  const beside = await sender.stop();
  const after = await readMetrics(service.api, admin);
  const watched = memory.stop();
  const increase = (name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  return {
    seed: run.seed,
    from: run.from,
    cases: run.cases,
    store: service.store,
    seconds,
    ...outcomes,
    restMebibytes,
    ...watched,
    alone,
    beside,
    goodRefused: sender.sent.refused,
    // Since /metrics was read before: the library forgets at each reading.
    longestHoldMs: Math.round((after.get('nodejs_eventloop_lag_max_seconds') ?? 0) * 1_000),
    faults: increase('tollgate_faults_total'),
    uncounted: Math.max(0, outcomes.refused - increase('tollgate_refused_requests_total')),
    findings: [...outcomes.findings, ...(await checkAfterwards(service, run.place, args, { sender, key: good }))],
  };
}

interface Outcomes {
  /** By answers that the service itself gave: HTTP's parser and the gRPC library refuse some before it sees them. */
  readonly refused: number;
  readonly counts: ReadonlyMap<Outcome, number>;
  readonly kinds: ReadonlyMap<string, ReadonlyMap<Outcome, number>>;
  /** By kind: the longest time to an answer. */
  readonly slowestMs: ReadonlyMap<string, number>;
  readonly findings: readonly string[];
}

async function sendCases(
  { seed, from, cases, sendersAtOnce, onProgress, onFinding }: HostileRun,
  target: Target,
): Promise<Outcomes> {
  const nowNano = BigInt(Math.floor(Date.now() / 1000)) * 1_000_000_000n;
  const senders = new Senders(target, sendersAtOnce);
  const counts = new Map<Outcome, number>();
  const kinds = new Map<string, Map<Outcome, number>>();
  const findings: string[] = [];
  const slowestMs = new Map<string, number>();
  let refused = 0;
  const end = from + cases;
  let next = from;
  async function work(): Promise<void> {
    while (next < end) {
      const number = next++;
      if (number % 1000 === 999) onProgress?.(number + 1 - from);
      const { kind, sending } = makeCase(seed, number, nowNano);
      const sentMs = performance.now();
      let outcome = await senders.send(sending);
      slowestMs.set(kind.name, Math.max(slowestMs.get(kind.name) ?? 0, performance.now() - sentMs));
      count(counts, outcome);
      if (sending.via !== 'socket' && REFUSED.test(outcome)) refused += 1;
      if (outcome === 'shed') {
        await delay(SHED_RETRY_MS);
        continue;
      }
      // A connection that the service closed while idle says nothing of the case.
      if (outcome === 'closed' && sending.via === 'http') {
        outcome = await senders.send(sending);
        count(counts, outcome);
      }
      const ofKind = kinds.get(kind.name) ?? new Map<Outcome, number>();
      kinds.set(kind.name, ofKind);
      count(ofKind, outcome);
      if (outcome === 'shed' || kind.allowed.includes(outcome) || findings.length >= FINDINGS_MAX) continue;
      const finding = `seed ${seed}, case ${number} (${kind.name}): ${outcome}, expected one of ${kind.allowed.join(', ')}`;
      findings.push(finding);
      onFinding?.(finding);
    }
  }
  await Promise.all(Array.from({ length: sendersAtOnce }, work));
  senders.close();
  return { counts, refused, kinds, slowestMs, findings };
}

function count(counts: Map<Outcome, number>, outcome: Outcome): void {
  counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
}

function addressOf(base: string): { host: string; port: number } {
  const { hostname, port } = new URL(base);
  return { host: hostname, port: Number(port) };
}

async function makeKey(args: readonly string[], tenant: string, scope: string): Promise<string> {
  const made = await runTollgate(['keys', 'create', '--json', ...args, '--tenant', tenant, '--scope', scope]);
  if (made.code !== 0) throw new Error(made.stderr);
  return (JSON.parse(made.stdout) as { key: string }).key;
}
