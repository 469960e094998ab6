import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import type { Part } from '../collector/part.ts';

/** Two at a time, so that parts are away together too. */
const LANES = 2;
const PAUSE_MS_MAX = 4_000;
const DOWN_MS_MAX = 4_000;
const SCHEDULED = 2_000;

const disturbance = (parts: readonly Part[]) =>
  fc.record({
    part: fc.constantFrom(...parts),
    how: fc.constantFrom('stop' as const, 'kill' as const),
    pauseMs: fc.integer({ min: 0, max: PAUSE_MS_MAX }),
    downMs: fc.integer({ min: 0, max: DOWN_MS_MAX }),
  });

export interface Disturbances {
  /** Of each part, how often it was stopped and killed: `collector: 3 stopped, 5 killed`. */
  readonly counts: readonly string[];
  /** Parts that did not end as they should. */
  readonly findings: readonly string[];
}

/** Stops and kills parts and starts them again, as the seed says, until it is over; then all of them run. */
export async function disturb(parts: readonly Part[], seed: number, isOver: () => boolean): Promise<Disturbances> {
  const away = new Set<Part>();
  const counts = new Map(parts.map((part) => [part, { stop: 0, kill: 0 }]));
  const findings: string[] = [];

  async function runLane(lane: number): Promise<void> {
    for (const { part, how, pauseMs, downMs } of fc.sample(disturbance(parts), { seed: seed + lane, numRuns: SCHEDULED })) {
      await delay(pauseMs);
      if (isOver()) return;
      if (away.has(part)) continue;
      away.add(part);
      const code = await part[how]();
      if (how === 'stop' && code !== 0) findings.push(`${part.name} ended with ${code} at SIGTERM`);
      await delay(downMs);
      await part.start();
      away.delete(part);
      const count = counts.get(part);
      if (count !== undefined) count[how] += 1;
    }
  }

  await Promise.all(Array.from({ length: LANES }, (_, lane) => runLane(lane)));
  return {
    counts: [...counts].map(([part, { stop, kill }]) => `${part.name}: ${stop} stopped, ${kill} killed`),
    findings,
  };
}
