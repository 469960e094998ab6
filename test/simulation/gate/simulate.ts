import { auditCounters } from '../../../processor/gate/auditCounters.ts';
import type { TestDatabase } from '../../support/database.ts';
import { Draw } from '../traces/draw.ts';
import { overspent } from './books.ts';
import { putBudget, raise, removeBudget } from './budgetSteps.ts';
import { Episode } from './episode.ts';
import { sendCall, sendMore } from './spanSteps.ts';
import { Replicas } from './replicas.ts';

const TRACE_LINES = 60;
const EPISODES_TOGETHER = 3;
const LANES = 5;

/** A tenant's: steps one after another, then many at once, then one after another again, until all has expired. */
async function runEpisode(episode: Episode): Promise<void> {
  const { draw } = episode;
  const budgets = Array.from({ length: draw.between(1, 5) }, (_, number) => `b${number}`);
  for (const name of budgets) await putBudget(episode, name);
  await stepAlone(episode, budgets, draw.between(8, 25));
  await episode.compare('after the first steps');
  if (episode.faults.length > 0) return;
  await stepTogether(episode, draw.between(20, 50));
  await episode.compare('after many at once');
  if (episode.faults.length > 0) return;
  await stepAlone(episode, budgets, draw.between(3, 10));
  for (const reservation of episode.log.reservations.values()) {
    if (reservation.phase !== 'open') continue;
    if (draw.chance(50)) await episode.expire(reservation, false);
    await episode.expire(reservation, true);
  }
  await episode.compare('after all has expired');
  for (const [name, { reserved }] of episode.log.counters()) {
    if (reserved !== 0n) episode.faults.push(`after all has expired: ${name} reserves ${reserved}`);
  }
}

async function stepAlone(episode: Episode, budgets: readonly string[], steps: number): Promise<void> {
  const { draw } = episode;
  for (let step = 0; step < steps && episode.faults.length === 0; step += 1) {
    const what = draw.below(100);
    const reservation = episode.pick();
    if (what < 45 || reservation === null) await episode.askAlone();
    else if (what < 60) await episode.settle(reservation);
    else if (what < 64) await episode.release(reservation);
    else if (what < 67) await episode.renew(reservation);
    else if (what < 74) {
      if (episode.mayExpire(reservation)) await episode.expire(reservation, draw.chance(30));
    } else if (what < 82) await sendCall(episode, reservation);
    else if (what < 86) await sendCall(episode, null);
    else if (what < 94) await sendMore(episode);
    else if (episode.log.raises.length === 0 && !episode.isFaithful) {
      const name = draw.pick(budgets);
      if (draw.chance(25) && episode.log.budgets.size > 1) await removeBudget(episode, name);
      else if (what < 98) await putBudget(episode, name);
      else await raise(episode, name);
    }
    if (draw.chance(10)) await episode.compare('between');
  }
}

async function stepTogether(episode: Episode, steps: number): Promise<void> {
  const { draw, replicas } = episode;
  const binding = episode.log.all();
  const toEnd = [...episode.log.reservations.values()].filter(
    (each) => each.phase === 'open' && episode.mayExpire(each) && draw.chance(20),
  );
  const one = async (): Promise<void> => {
    const what = draw.below(100);
    const reservation = episode.pick();
    const isFree = reservation !== null && !toEnd.includes(reservation);
    if (what < 3) await replicas.kill(draw.below(3));
    else if (what < 50 || !isFree) await episode.ask();
    else if (what < 65) await episode.settle(reservation);
    else if (what < 73) await episode.renew(reservation);
    else if (what < 83) await sendCall(episode, reservation);
    else if (what < 87) await sendCall(episode, null);
    else await sendMore(episode);
  };
  let left = steps;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await one();
    }
  };
  /** Whether a release or an expiry comes before or after a settlement is seen in what is overrun: these have no other events. */
  const ending = async (): Promise<void> => {
    for (const reservation of toEnd)
      await (draw.chance(40) ? episode.release(reservation) : episode.expire(reservation, false));
  };
  let isOver = false;
  const watching = async (): Promise<void> => {
    while (!isOver && episode.isFaithful) {
      episode.faults.push(...(await overspent(replicas.database, episode.tenant, binding)).slice(0, 3));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const watched = watching();
  await Promise.all([...Array.from({ length: LANES }, lane), ending()]).finally(() => (isOver = true));
  await watched;
}

export interface Round {
  readonly decisions: number;
  readonly effects: Readonly<Record<string, number>>;
  readonly kills: number;
  /** Seeds and what is wrong with them; empty where all is right. */
  readonly text: string;
}

/** Cases of consecutive seeds, a few at a time, each with a tenant of its own. */
export async function runRound(place: TestDatabase, firstSeed: number, count: number): Promise<Round> {
  const replicas = await Replicas.open(place);
  const wrong: string[] = [];
  const effects: Record<string, number> = {};
  let decisions = 0;
  const seeds = Array.from({ length: count }, (_, number) => firstSeed + number);
  const lane = async (): Promise<void> => {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
      const episode = new Episode(new Draw(seed), replicas, `gate${seed}`);
      await runEpisode(episode).catch((fault: unknown) => {
        episode.faults.push(fault instanceof Error ? `${fault.stack} ${String(fault.cause)}` : String(fault));
      });
      for (const line of episode.trace) {
        const [word, effect = ''] = line.split(' ');
        if (word !== 'decide') continue;
        decisions += 1;
        effects[effect] = (effects[effect] ?? 0) + 1;
      }
      if (episode.faults.length > 0) wrong.push(textOf(seed, episode));
    }
  };
  try {
    await Promise.all(Array.from({ length: EPISODES_TOGETHER }, lane));
    const { differences } = await auditCounters(replicas.database, 10);
    if (differences.length > 0)
      wrong.push(`tollgate audit from seed ${firstSeed} on: ${JSON.stringify(differences).slice(0, 2000)}`);
  } finally {
    await replicas.close();
  }
  return { decisions, effects, kills: replicas.kills, text: wrong.slice(0, 2).join('\n\n') };
}

function textOf(seed: number, { faults, trace, isFaithful }: Episode): string {
  return `seed ${seed}${isFaithful ? ', faithful' : ''}
${faults.slice(0, 5).join('\n')}
${trace.slice(-TRACE_LINES).join('\n')}
again: npm run soak -- gate --seed ${seed} --cases 1`.slice(0, 30_000);
}
