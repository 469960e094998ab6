import { TollgateError } from '../../../src/errors.ts';
import type { Budget } from '../../../src/policy/budget.ts';
import { nobody } from '../../gate/gates.ts';
import { drawBudget, drawLimit } from './draws.ts';
import type { Episode } from './episode.ts';
import { windowOf } from './naive/budgets.ts';

export async function putBudget(episode: Episode, name: string): Promise<void> {
  const before = episode.log.budgets.get(name);
  const drawn = drawBudget(episode.draw, name);
  const isAnswered = Object.values(drawn.match).some((glob) => glob.includes('2024'));
  const budget: Budget = episode.isFaithful && isAnswered ? { ...drawn, match: {} } : drawn;
  const isKept = before !== undefined && episode.draw.chance(50);
  const { unit } = before?.budget.limit ?? budget.limit;
  const limit = drawLimit(episode.draw);
  const put = isKept
    ? { ...before.budget, onExceed: budget.onExceed, mode: budget.mode, ...(limit.unit === unit ? { limit } : {}) }
    : budget;
  await episode.by(({ policies }) => policies.put(episode.tenant, put, nobody));
  const isSame = before !== undefined && countedParts(before.budget) === countedParts(put);
  const from = put.window.kind === 'rolling' ? '' : windowOf(put, Date.now() * 1000);
  episode.log.budgets.set(name, { budget: put, from: isSame ? before.from : from });
  episode.say(`put ${JSON.stringify(put, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`);
}

export async function removeBudget(episode: Episode, name: string): Promise<void> {
  await episode
    .by(({ policies }) => policies.remove(episode.tenant, name, nobody))
    .catch((fault: unknown) => {
      if (!(fault instanceof TollgateError && fault.code === 'not_found')) throw fault;
    });
  episode.log.budgets.delete(name);
  episode.say(`remove ${name}`);
}

export async function raise(episode: Episode, name: string): Promise<void> {
  const budget = episode.log.budgets.get(name)?.budget;
  if (budget === undefined) return;
  const amount = budget.limit.amount / 2n + 1n;
  const nowMicros = Date.now() * 1000;
  const raise = { key: null, amount, startsMicros: nowMicros - 1e6, endsMicros: nowMicros + 3.6e9, reason: null };
  await episode.replicas.safe.policies.raise(episode.tenant, name, raise, nobody);
  episode.log.raises.push({ budget: name, key: null, window: null, amount });
  episode.say(`raise ${name} by ${amount}`);
}

/** A change of anything else keeps the counters. */
function countedParts({ match, per, window, timezone, limit, unpriced, lostCalls }: Budget): string {
  const assumed = unpriced.kind === 'assume' ? String(unpriced.femtoUsd) : '';
  return JSON.stringify([match, per, window, timezone, limit.unit, unpriced.kind, assumed, lostCalls]);
}
