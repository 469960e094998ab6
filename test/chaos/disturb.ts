import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import type { Part } from '../collector/part.ts';

/** Two at a time, so that parts are away together too. */
const LANES = 2;
const PAUSE_MS_MAX = 2_000;
const DOWN_MS_MAX = 4_000;
const ROUNDS = 1_000;
const POLL_MS = 50;

interface Disturbance {
  readonly part: Part;
  readonly how: 'stop' | 'kill';
  readonly pauseMs: number;
  readonly downMs: number;
}

export interface Disturbances {
  /** Of each part, how often it was stopped and killed: `collector: 3 stopped, 5 killed`. */
  readonly counts: readonly string[];
  /** Parts that did not end as they should. */
  readonly findings: readonly string[];
}

/** In each round every part is stopped once and killed once, in an order and with pauses that the seed gives. */
function schedule(parts: readonly Part[], seed: number): Disturbance[] {
  const ways = parts.flatMap((part) => [{ part, how: 'stop' } as const, { part, how: 'kill' } as const]);
  const round = fc.tuple(
    fc.shuffledSubarray(ways, { minLength: ways.length }),
    fc.array(fc.tuple(fc.integer({ min: 0, max: PAUSE_MS_MAX }), fc.integer({ min: 0, max: DOWN_MS_MAX })), {
      minLength: ways.length,
      maxLength: ways.length,
    }),
  );
  return fc
    .sample(round, { seed, numRuns: ROUNDS })
    .flatMap(([shuffled, times]) =>
      shuffled.map((way, index) => ({ ...way, pauseMs: times[index]?.[0] ?? 0, downMs: times[index]?.[1] ?? 0 })),
    );
}

/** Stops and kills parts and starts them again until it is over; then all of them run. */
export async function disturb(parts: readonly Part[], seed: number, isOver: () => boolean): Promise<Disturbances> {
  const waiting = schedule(parts, seed);
  const away = new Set<Part>();
  const counts = new Map(parts.map((part) => [part, { stop: 0, kill: 0 }]));
  const findings: string[] = [];

  async function runLane(): Promise<void> {
    while (!isOver()) {
      const index = waiting.findIndex(({ part }) => !away.has(part));
      const [next] = index === -1 ? [] : waiting.splice(index, 1);
      if (next === undefined) {
        await delay(POLL_MS);
        continue;
      }
      away.add(next.part);
      await delay(next.pauseMs);
      const code = await next.part[next.how]();
      if (next.how === 'stop' && code !== 0) findings.push(`${next.part.name} ended with ${String(code)} at SIGTERM`);
      await delay(next.downMs);
      await next.part.start();
      away.delete(next.part);
      const count = counts.get(next.part);
      if (count !== undefined) count[next.how] += 1;
    }
  }

  await Promise.all(Array.from({ length: LANES }, runLane));
  return {
    counts: [...counts].map(([part, { stop, kill }]) => `${part.name}: ${stop} stopped, ${kill} killed`),
    findings,
  };
}
