import { type EpochMicros, floorTo, MICROS_PER_DAY, MICROS_PER_HOUR } from './instant.ts';

/** Where sums can be read, from the coarsest grain to the single calls. */
export const dimensions = [
  'agent',
  'user',
  'session',
  'run',
  'model',
  'provider',
  'service',
  'operation',
  'environment',
  'endpoint',
] as const;
export type Dimension = (typeof dimensions)[number];

export type Source = 'rollup_daily' | 'rollup_hourly' | 'session_daily' | 'run_daily' | 'calls';

interface RollupFacts {
  readonly source: Source;
  readonly grain: bigint;
  readonly dimensions: ReadonlySet<Dimension>;
}

const daily: RollupFacts = {
  source: 'rollup_daily',
  grain: MICROS_PER_DAY,
  dimensions: new Set(['agent', 'model', 'provider', 'service', 'environment']),
};
const hourly: RollupFacts = {
  source: 'rollup_hourly',
  grain: MICROS_PER_HOUR,
  dimensions: new Set([...daily.dimensions, 'user', 'operation', 'endpoint']),
};
const sessions: RollupFacts = {
  source: 'session_daily',
  grain: MICROS_PER_DAY,
  dimensions: new Set(['session', 'user', 'agent', 'model']),
};
const runs: RollupFacts = {
  source: 'run_daily',
  grain: MICROS_PER_DAY,
  dimensions: new Set([...sessions.dimensions, 'run']),
};
const calls: RollupFacts = { source: 'calls', grain: 1n, dimensions: new Set(dimensions) };

const detailed: Readonly<Record<Needs['detail'], ReadonlySet<Source>>> = {
  sums: new Set(['rollup_daily', 'rollup_hourly', 'session_daily', 'run_daily']),
  seen: new Set(['session_daily', 'run_daily']),
  runs: new Set(['run_daily']),
};

/** In the order of preference: what comes first is smaller. An edge a coarse rollup cannot answer goes to the next. */
const families: readonly (readonly RollupFacts[])[] = [
  [daily, hourly, calls],
  [hourly, calls],
  [sessions, calls],
  [runs, calls],
];

export interface Needs {
  readonly dimensions: ReadonlySet<Dimension>;
  /** Something only single calls carry: a tag. */
  readonly singleCalls: boolean;
  /** First and last call, which sessions, runs and calls keep; or distinct runs, which only runs and calls do. */
  readonly detail: 'sums' | 'seen' | 'runs';
  /** Where a series is cut. A rollup row that such a cut would split is of no use. */
  readonly boundaries: readonly EpochMicros[];
}

export interface Segment {
  readonly source: Source;
  readonly from: EpochMicros;
  readonly to: EpochMicros;
}

/**
 * Divides [from, to) among the sources so that every charged call is counted exactly once: whole days or hours out of
 * the smallest rollup that has all that is needed, what is left at the edges out of finer ones, at last out of calls.
 */
export function coverPeriod(from: EpochMicros, to: EpochMicros, needs: Needs): Segment[] {
  return cover(from, to, familyFor(needs));
}

function familyFor(needs: Needs): readonly RollupFacts[] {
  const fits = ({ dimensions: has, grain, source }: RollupFacts): boolean =>
    detailed[needs.detail].has(source) &&
    [...needs.dimensions].every((dimension) => has.has(dimension)) &&
    needs.boundaries.every((boundary) => floorTo(boundary, grain) === boundary);
  if (needs.singleCalls) return [calls];
  return families.find(([first]) => first !== undefined && fits(first)) ?? [calls];
}

function cover(from: EpochMicros, to: EpochMicros, [coarsest, ...finer]: readonly RollupFacts[]): Segment[] {
  if (from >= to || coarsest === undefined) return [];
  const innerFrom = floorTo(from + coarsest.grain - 1n, coarsest.grain);
  const innerTo = floorTo(to, coarsest.grain);
  if (innerFrom >= innerTo) return cover(from, to, finer);
  return [
    ...cover(from, innerFrom, finer),
    { source: coarsest.source, from: innerFrom, to: innerTo },
    ...cover(innerTo, to, finer),
  ];
}
