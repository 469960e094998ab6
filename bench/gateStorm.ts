/** A thousand callers on one nearly spent budget, who crash, repeat themselves and settle late: what they did, and what it cost. */
import type { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { BOUND_FEMTO_USD, costFemtoUsd, decisionBody, INPUT_TOKENS, OUTPUT_TOKENS_MAX } from './gateCalls.ts';
import { keepAliveAgent, post, settlementBody, type Answer } from './gateCalls.ts';

export interface Storm {
  /** Base addresses of the replicas now; one that was killed has its new address here. */
  readonly urls: () => readonly string[];
  readonly callers: number;
  readonly callsEach: number;
  readonly ttlSeconds: number;
  readonly random: () => number;
}

export interface StormFindings {
  asked: number;
  allowed: number;
  denied: number;
  /** Refusals that say themselves that the bound would have fitted. */
  deniedWrongly: number;
  /** Questions asked again because a replica went away. */
  retried: number;
  /** Of those allowed: callers that crashed before the call, and after it without a settlement. */
  crashed: number;
  billFemtoUsd: bigint;
}

interface DecisionBody {
  readonly decision_id: string;
  readonly expires_at: string | null;
  readonly effect: string;
  readonly reasons: readonly { limit_usd?: string; spent_usd?: string; reserved_usd?: string }[];
}

const CALL_MS_MAX = 60;
/** A replica that was killed takes seconds to come back on a busy machine. */
const PERSIST_MS = 180_000;
const RETRY_MS_MAX = 100;

export async function runStorm(storm: Storm): Promise<StormFindings> {
  const agent = keepAliveAgent(storm.callers);
  const findings: StormFindings = {
    asked: 0,
    allowed: 0,
    denied: 0,
    deniedWrongly: 0,
    retried: 0,
    crashed: 0,
    billFemtoUsd: 0n,
  };
  const caller = async (number: number): Promise<void> => {
    for (let call = 0; call < storm.callsEach; call += 1) await callOnce(storm, agent, `${number}-${call}`, findings);
  };
  await Promise.all(Array.from({ length: storm.callers }, (_, number) => caller(number)));
  agent.destroy();
  return findings;
}

async function callOnce(storm: Storm, agent: Agent, key: string, findings: StormFindings): Promise<void> {
  findings.asked += 1;
  const body = decisionBody({ agent: 'agent-0', idempotencyKey: key, ttlSeconds: storm.ttlSeconds });
  const ask = (): Promise<Answer> => persist(storm, agent, '/policy/v1/decisions', body, findings);
  // One in twenty asks twice at once, of two replicas.
  const answers = await Promise.all(chance(storm, 0.05) ? [ask(), ask()] : [ask()]);
  const decisions = answers.map((answer) => JSON.parse(answer.body) as DecisionBody);
  const allowed = decisions.filter(({ effect }) => effect === 'allow' || effect === 'warn');
  const [granted] = allowed;
  if (granted === undefined) {
    findings.denied += 1;
    if (decisions.some(saysItFits)) findings.deniedWrongly += 1;
    return;
  }
  if (areTwo(allowed, storm.ttlSeconds)) throw new Error(`two reservations of one key live at once: ${key}`);
  findings.allowed += 1;
  if (chance(storm, 0.03)) {
    findings.crashed += 1;
    return;
  }
  const input = INPUT_TOKENS - Math.floor(storm.random() * 800);
  const output = Math.floor(storm.random() * (OUTPUT_TOKENS_MAX + 1));
  await delay(storm.random() * CALL_MS_MAX);
  findings.billFemtoUsd += costFemtoUsd(input, output);
  if (chance(storm, 0.05)) {
    findings.crashed += 1;
    return;
  }
  if (chance(storm, 0.08)) await delay(storm.random() * 1.5 * storm.ttlSeconds * 1000);
  const settle = (): Promise<Answer> =>
    persist(
      storm,
      agent,
      `/policy/v1/decisions/${granted.decision_id}/settlement`,
      settlementBody(input, output),
      findings,
    );
  await Promise.all(chance(storm, 0.1) ? [settle(), settle()] : [settle()]);
}

/** The same key may be asked anew when its reservation has expired: then the second began after the first ended. */
function areTwo(decisions: readonly DecisionBody[], ttlSeconds: number): boolean {
  const ends = new Map(decisions.map(({ decision_id: id, expires_at: end }) => [id, Date.parse(end ?? '')]));
  const [first = 0, second] = [...ends.values()].toSorted((one, two) => one - two);
  return second !== undefined && second - ttlSeconds * 1000 < first;
}

const chance = (storm: Storm, share: number): boolean => storm.random() < share;

/** Asks again, the same body with the same key, until some replica answers. */
async function persist(
  storm: Storm,
  agent: Agent,
  path: string,
  body: string,
  findings: StormFindings,
): Promise<Answer> {
  const startedMs = performance.now();
  for (;;) {
    const urls = storm.urls();
    const url = urls[Math.floor(storm.random() * urls.length)];
    if (url === undefined) {
      await delay(RETRY_MS_MAX);
      continue;
    }
    try {
      const answer = await post(agent, `${url}${path}`, body);
      if (answer.status === 200) return answer;
      if (answer.status !== 503 && answer.status !== 429) throw new Refused(`${answer.status} ${answer.body}`);
    } catch (fault) {
      if (fault instanceof Refused || performance.now() - startedMs > PERSIST_MS) throw fault;
    }
    findings.retried += 1;
    await delay(storm.random() * RETRY_MS_MAX);
  }
}

class Refused extends Error {}

/** A refusal is right where some budget has less left than the bound. */
function saysItFits({ reasons }: DecisionBody): boolean {
  return !reasons.some(({ limit_usd: limit, spent_usd: spent, reserved_usd: reserved }) => {
    if (limit === undefined || spent === undefined || reserved === undefined) return false;
    return femto(limit) - femto(spent) - femto(reserved) < BOUND_FEMTO_USD;
  });
}

export function femto(usd: string): bigint {
  const [whole = '0', fraction = ''] = usd.replace('-', '').split('.');
  const magnitude = BigInt(whole + fraction.padEnd(15, '0'));
  return usd.startsWith('-') ? -magnitude : magnitude;
}
