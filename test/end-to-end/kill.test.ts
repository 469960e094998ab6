import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { formatUsd, parseUsd } from '../../src/money.ts';
import { getAllCalls, getCosts, type Call, type Measures } from '../support/asking.ts';
import { makeTestPlace, type TestPlace } from '../support/database.ts';
import { costFemtoUsd } from '../support/exports.ts';
import { createLoad, type Load } from '../support/load.ts';
import { runTollgate, startService, type RunningService } from '../support/service.ts';

const SEED = 20_261_121;
/** How many calls are acknowledged before each kill, from the very first on: counted, so that a slow machine tests the same. */
const ACKNOWLEDGED_BEFORE_KILL = [1, 10, 20, 40, 60, 80, 100, 150, 200, 300];
/** Spreads the kills over the phases of a commit. */
const JITTER_MS = 7;

/** Goal: whatever is killed when, an acknowledged span is there exactly once. Method: clients that remember every ack. */
async function killUnderLoad(args: readonly string[], load: Load): Promise<void> {
  for (const [kill, acknowledgements] of ACKNOWLEDGED_BEFORE_KILL.entries()) {
    const enough = load.acknowledged.size + acknowledgements;
    await using service = await startService({ args });
    let isKilled = false;
    const running = load.run(service.http, () => isKilled);
    while (load.acknowledged.size < enough) await delay(5);
    await delay(kill * JITTER_MS);
    await service.kill();
    isKilled = true;
    await running;
  }
}

function sumUsd(costs: readonly (string | null)[]): string {
  return formatUsd(costs.reduce((sum, cost) => sum + (parseUsd(cost ?? '') ?? 0n), 0n));
}

/** The calls themselves, against what was sent; then the rollups, against the calls. */
async function checkLedger(service: RunningService, load: Load): Promise<void> {
  const calls = await getAllCalls(service.api);
  const stored = new Map(calls.map((call) => [call.span_id, call]));
  expect(stored.size).toBe(calls.length);
  expect([...load.acknowledged.keys()].filter((spanId) => !stored.has(spanId))).toEqual([]);
  const wrong = calls.filter(({ span_id: spanId, trace_id: traceId, charge, cost_usd: costUsd }) => {
    const call = load.sent.get(spanId);
    return call?.traceId !== traceId || charge !== 'charged' || costUsd !== formatUsd(costFemtoUsd(call));
  });
  expect(wrong).toEqual([]);

  const costUsd = sumUsd(calls.map((call) => call.cost_usd));
  const { totals } = await getCosts(service.api);
  expect(totals).toMatchObject({ calls: calls.length, cost_usd: costUsd });
  for (const dimension of ['agent', 'user', 'session', 'model'])
    await checkGroups(service, dimension, calls.length, costUsd);
}

async function checkGroups(
  service: RunningService,
  dimension: string,
  calls: Call[]['length'],
  costUsd: string,
): Promise<void> {
  const { groups } = await getCosts(service.api, `period=24h&group_by=${dimension}`);
  const sums = (measures: readonly Measures[]) => [
    measures.reduce((sum, each) => sum + each.calls, 0),
    sumUsd(measures.map((each) => each.cost_usd)),
  ];
  expect([dimension, ...sums(groups)]).toEqual([dimension, calls, costUsd]);
}

async function expectCleanAudit(args: readonly string[]): Promise<void> {
  const audit = await runTollgate(['audit', ...args]);
  expect(audit).toMatchObject({ code: 0, stderr: '' });
}

describe.each([['embedded'], ['postgres18']] as const)(
  `killed ${ACKNOWLEDGED_BEFORE_KILL.length} times under load on %s`,
  (kind) => {
    it('has every acknowledged span once, and sums equal to the digit', { timeout: 600_000 }, async () => {
      await using place: TestPlace = await makeTestPlace(kind);
      const args = ['--data-dir', place.dataDir, ...(place.url === undefined ? [] : ['--database-url', place.url])];
      const load = createLoad(SEED);
      await killUnderLoad(args, load);
      // Some exports were under way at a kill, else the kills have shown nothing.
      expect(load.sent.size).toBeGreaterThan(load.acknowledged.size);
      await using service = await startService({ args });
      await checkLedger(service, load);
      await expectCleanAudit(args);
      expect(await service.stop()).toBe(0);
      // And once more with nobody else there: the command opens the store itself.
      await expectCleanAudit(args);
    });
  },
);
