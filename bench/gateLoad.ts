/** The load of `gate.ts`, a process of its own: asks for decisions, as fast as they are answered or at an even rate. */
import { randomUUID } from 'node:crypto';
import { decisionBody, keepAliveAgent, post, settlementBody } from './gateCalls.ts';
import { quantile } from './table.ts';

export interface GateLoadTask {
  readonly apiUrl: string;
  readonly callers: number;
  readonly seconds: number;
  /** The agents are `agent-0` … : one budget each. */
  readonly agents: number;
  /** Null: every caller asks again as soon as it is answered. */
  readonly ratePerSecond: number | null;
  /** Each decision is settled, as a client does. */
  readonly settles: boolean;
}

export interface GateLoadFindings {
  readonly decisions: number;
  readonly elapsedSeconds: number;
  readonly msP50: number;
  readonly msP99: number;
  readonly refused: number;
  readonly fault: string | null;
}

const task = JSON.parse(process.argv[2] ?? '{}') as GateLoadTask;
const agent = keepAliveAgent(task.ratePerSecond === null ? task.callers : 2000);
const latencies: number[] = [];
let refused = 0;
let fault: string | null = null;
let asked = 0;

async function decide(): Promise<void> {
  const body = decisionBody({ agent: `agent-${asked++ % task.agents}`, idempotencyKey: randomUUID() });
  const startedMs = performance.now();
  const answer = await post(agent, `${task.apiUrl}/policy/v1/decisions`, body);
  latencies.push(performance.now() - startedMs);
  if (answer.status !== 200) fault ??= `${answer.status} ${answer.body.slice(0, 300)}`;
  const { decision_id: id, effect } = JSON.parse(answer.body) as { decision_id?: string; effect?: string };
  if (effect !== 'allow') refused += 1;
  else if (task.settles)
    await post(agent, `${task.apiUrl}/policy/v1/decisions/${id}/settlement`, settlementBody(900, 40));
}

async function closedLoop(untilMs: number): Promise<void> {
  const caller = async (): Promise<void> => {
    while (performance.now() < untilMs && fault === null) await decide();
  };
  await Promise.all(Array.from({ length: task.callers }, caller));
}

/** Evenly in time, whatever the answers take: a queue that builds up is seen in the latencies. */
async function openLoop(untilMs: number, ratePerSecond: number): Promise<void> {
  const startedMs = performance.now();
  const pending = new Set<Promise<void>>();
  let sent = 0;
  while (performance.now() < untilMs && fault === null) {
    const due = Math.floor(((performance.now() - startedMs) * ratePerSecond) / 1000);
    for (; sent < due; sent += 1) {
      const one = decide().finally(() => pending.delete(one));
      pending.add(one);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(pending);
}

const startedMs = performance.now();
const untilMs = startedMs + task.seconds * 1000;
try {
  await (task.ratePerSecond === null ? closedLoop(untilMs) : openLoop(untilMs, task.ratePerSecond));
} catch (error) {
  fault ??= String(error);
}
const findings: GateLoadFindings = {
  decisions: latencies.length,
  elapsedSeconds: (performance.now() - startedMs) / 1000,
  msP50: quantile(latencies, 0.5),
  msP99: quantile(latencies, 0.99),
  refused,
  fault,
};
process.stdout.write(JSON.stringify(findings));
agent.destroy();
