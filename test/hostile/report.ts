import type { Latencies } from './goodSender.ts';
import type { Outcome } from './hostileCase.ts';

export interface Report {
  readonly seed: number;
  readonly from: number;
  readonly cases: number;
  readonly store: string;
  readonly seconds: number;
  readonly counts: ReadonlyMap<Outcome, number>;
  readonly kinds: ReadonlyMap<string, ReadonlyMap<Outcome, number>>;
  readonly slowestMs: ReadonlyMap<string, number>;
  readonly restMebibytes: number;
  readonly peakMebibytes: number;
  readonly lastMebibytes: number;
  readonly alone: Latencies;
  readonly beside: Latencies;
  /** Exports of the good sender that were told to come again; all were taken then. */
  readonly goodRefused: number;
  /** The longest that the service's event loop was held up, by whatever. */
  readonly longestHoldMs: number;
  readonly faults: number;
  readonly uncounted: number;
  readonly findings: readonly string[];
}

export function describe(report: Report): string {
  const { alone, beside } = report;
  const pairs = (counts: ReadonlyMap<Outcome, number>): string =>
    [...counts]
      .sort(([, one], [, two]) => two - one)
      .map(([outcome, times]) => `${outcome}: ${times}`)
      .join(', ');
  const latency = ({ exports, p50Ms, p99Ms, maxMs }: Latencies): string =>
    `p50 ${p50Ms} ms, p99 ${p99Ms} ms, max ${maxMs} ms (${exports} exports)`;
  return [
    `seed ${report.seed}, cases ${report.from} to ${report.from + report.cases - 1} on ${report.store}, ${report.seconds} s`,
    `outcomes: ${pairs(report.counts)}`,
    ...[...report.kinds]
      .sort(([one], [two]) => (one < two ? -1 : 1))
      .map(
        ([kind, counts]) => `  ${kind}: ${pairs(counts)}; slowest ${Math.round(report.slowestMs.get(kind) ?? 0)} ms`,
      ),
    `memory: ${report.restMebibytes} MiB at rest, ${report.peakMebibytes} MiB at most, ${report.lastMebibytes} MiB at the end`,
    `a well-behaved sender alone: ${latency(alone)}`,
    `beside it: ${latency(beside)}, told to come again ${report.goodRefused} times`,
    `the event loop was held up for ${report.longestHoldMs} ms at most`,
    `faults: ${report.faults}, refusals that no metric counts: ${report.uncounted}`,
    ...report.findings,
  ].join('\n');
}
