import { TollgateError } from '../../src/errors.ts';
import { formatUsd } from '../../src/money.ts';
import { type Actor, recordAction } from '../access/auditLog.ts';
import { formatInstant } from '../api/instant.ts';
import type { Difference, ModelDifference } from './differences.ts';
import { RepriceRun, type RepriceRunParts } from './repriceRun.ts';
import { whileHoldingReprice } from './statements/holdReprice.ts';
import type { RepricedCalls } from './statements/selectStoredCalls.ts';

export interface RepriceRequest extends RepricedCalls {
  /** Nothing is written. */
  readonly isDryRun: boolean;
}

export interface RepriceReport {
  readonly request: RepriceRequest;
  /** Calls that were looked at. */
  readonly examined: number;
  /** Those whose stored price is another one: copies that are not charged among them, and those whose card alone is another. */
  readonly restated: number;
  readonly total: Difference;
  readonly byModel: readonly ModelDifference[];
}

export interface Repricing {
  /**
   * Prices stored calls anew by the prices in force now, and books the difference. Throws `conflict` while calls of the tenant are
   * repriced already, `overloaded` while those of another one are.
   */
  reprice(request: RepriceRequest, actor: Actor, tell?: (said: string) => void): Promise<RepriceReport>;
  /** Ends what runs after its present transaction. */
  stop(): Promise<void>;
}

export interface RepricingParts extends RepriceRunParts {
  /** Called for each run that is not a dry one, with the calls that it wrote. */
  readonly onRepriced?: (calls: number) => void;
}

const RETRY_SECONDS = 30;

interface Running {
  readonly tenant: string;
  readonly isDryRun: boolean;
  readonly run: RepriceRun;
  readonly done: Promise<unknown>;
}

export function createRepricing(parts: RepricingParts): Repricing {
  const running = new Set<Running>();
  let isStopped = false;

  async function work(run: RepriceRun, request: RepriceRequest, actor: Actor): Promise<RepriceReport> {
    if (request.isDryRun) {
      await run.run();
      return reportOf(run, request);
    }
    const held = await whileHoldingReprice(parts.database, request.tenant, async () => {
      await recordReprice(parts, request, actor, null);
      let isWhole = false;
      try {
        await run.run();
        isWhole = true;
      } finally {
        // What was booked stands, whatever ended it.
        parts.onRepriced?.(run.restated);
        await recordReprice(parts, request, actor, { ...reportOf(run, request), isWhole });
      }
      return reportOf(run, request);
    });
    if (held === null) throw taken(request.tenant);
    return held;
  }

  return {
    async reprice(request, actor, tell = () => undefined) {
      if ([...running].some(({ tenant }) => tenant === request.tenant)) throw taken(request.tenant);
      // One that is applied holds a connection beside that of its transactions: more would leave none of the upkeep's to others.
      if ([...running].some(({ isDryRun: isDry }) => isDry === request.isDryRun)) throw busy();
      const { isDryRun, ...calls } = request;
      const run = new RepriceRun(parts, calls, isDryRun, tell);
      if (isStopped) run.stop();
      const done = work(run, request, actor);
      const one = { tenant: request.tenant, isDryRun, run, done };
      running.add(one);
      try {
        return await done;
      } finally {
        running.delete(one);
      }
    },
    async stop() {
      isStopped = true;
      for (const { run } of running) run.stop();
      await Promise.allSettled([...running].map(({ done }) => done));
    },
  };
}

function reportOf({ examined, restated, differences }: RepriceRun, request: RepriceRequest): RepriceReport {
  return { request, examined, restated, total: differences.total, byModel: differences.byModel() };
}

/** Before it begins, without a report, and after its end: where only the first is there, it was killed. */
async function recordReprice(
  { database, nowMs }: RepricingParts,
  { tenant, fromMicros, toMicros, models }: RepriceRequest,
  actor: Actor,
  report: (RepriceReport & { readonly isWhole: boolean }) | null,
): Promise<void> {
  const asked = { from: formatInstant(BigInt(fromMicros)), to: formatInstant(BigInt(toMicros)), models };
  const at = new Date(nowMs());
  if (report === null) {
    await recordAction(database, actor, { tenant, name: 'reprice.begin', detail: asked, at });
    return;
  }
  const { examined, restated, total, isWhole } = report;
  const detail = {
    ...asked,
    is_whole: isWhole,
    examined,
    restated,
    calls: total.calls,
    before_usd: formatUsd(total.beforeFemtoUsd),
    after_usd: formatUsd(total.afterFemtoUsd),
    delta_usd: formatUsd(total.afterFemtoUsd - total.beforeFemtoUsd),
  };
  await recordAction(database, actor, { tenant, name: 'reprice', detail, at });
}

function taken(tenant: string): TollgateError {
  return new TollgateError(
    'conflict',
    `Calls of the tenant ${tenant} are being repriced already: ask again when that has ended.`,
  );
}

function busy(): TollgateError {
  return new TollgateError(
    'overloaded',
    'Calls of another tenant are being repriced: come again when that has ended.',
    {
      retryAfterSeconds: RETRY_SECONDS,
    },
  );
}
