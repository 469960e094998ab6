import { formatFemto, parseFemto } from './costParts.ts';
import { NONE } from './filters.ts';
import type { Measure } from './exploration.ts';

interface CubeMeasures {
  readonly cost_usd: string | null;
  readonly calls: number;
  readonly total_tokens: number;
}

/** What a group and a point of the cube have in common: the dimensions as texts, the measures beside them. */
export type CubeCell = CubeMeasures & Readonly<Record<string, string | number | null>>;

export type CubePoint = CubeCell & { readonly start: string };

export interface CubeSeries {
  readonly starts: readonly string[];
  readonly series: readonly { readonly name: string; readonly points: readonly (string | null)[] }[];
}

/** As many as can be told apart by colour. */
export const SERIES_MAX = 9;
export const OTHER = 'other';
const BETWEEN = ' · ';

function namesOf(cell: CubeCell, by: readonly string[]): string[] {
  return by.map((dimension) => {
    const name = cell[dimension];
    return typeof name === 'string' ? name : NONE;
  });
}

/** Each group has a name of its own: what somebody named as the rest is named, or with what stands between names, is quoted. */
export function groupName(cell: CubeCell, by: readonly string[]): string {
  return by.length === 0 ? 'all' : namesOf(cell, by).map(unambiguous).join(BETWEEN);
}

function unambiguous(name: string): string {
  return name === OTHER || name.startsWith('"') || name.includes(BETWEEN.trim()) ? JSON.stringify(name) : name;
}

/** The figure of a cell as a decimal text: a share is that of the cost, and is made of it by `sharesOf`. */
export function figureOf(cell: CubeMeasures, measure: Measure): string | null {
  switch (measure) {
    case 'calls':
      return String(cell.calls);
    case 'tokens':
      return String(cell.total_tokens);
    case 'cost':
    case 'share':
      return cell.cost_usd;
  }
}

/** A series for each group in their order; with `totals`, what these leave over is `other`, which may only be above 0. */
export function seriesOf(
  points: readonly CubePoint[],
  by: readonly string[],
  measure: Measure,
  totals: readonly CubePoint[] | null,
): CubeSeries {
  const starts = [...new Set(points.map(({ start }) => start))];
  const at = new Map(starts.map((start, index) => [start, index]));
  const lines = new Map<string, (string | null)[]>();
  for (const point of points) {
    const name = groupName(point, by);
    const line = lines.get(name) ?? Array.from<string | null>({ length: starts.length }).fill('0');
    lines.set(name, line);
    line[at.get(point.start) ?? 0] = figureOf(point, measure);
  }
  const series = [...lines].map(([name, figures]) => ({ name, points: figures }));
  if (totals === null) return { starts, series };
  const known = new Map(totals.map((total) => [total.start, femto(figureOf(total, measure))]));
  const other = starts.map((start, index) => restOf(known.get(start) ?? 0n, series, index));
  return { starts, series: [...series, { name: OTHER, points: other }] };
}

function restOf(all: bigint, series: CubeSeries['series'], at: number): string {
  const shown = series.reduce((sum, { points }) => sum + femto(points[at] ?? null), 0n);
  // The two are asked for one after the other, so calls that came between may make the rest negative.
  return all > shown ? formatFemto(all - shown) : '0';
}

/** The figure of each series over the whole period, as the API says it; `other` is what the groups leave over. */
export function sumsOf(
  groups: readonly CubeCell[],
  by: readonly string[],
  measure: Measure,
  totals: CubeMeasures,
): ReadonlyMap<string, string | null> {
  const sums = new Map(groups.map((group) => [groupName(group, by), figureOf(group, measure)]));
  const shown = [...sums.values()].reduce((sum, figure) => sum + femto(figure), 0n);
  const rest = femto(figureOf(totals, measure)) - shown;
  return sums.set(OTHER, rest > 0n ? formatFemto(rest) : '0');
}

const femto = (figure: string | null): bigint => (figure === null ? 0n : (parseFemto(figure) ?? 0n));

const SHARE_PER_CENT = 100n;
const SHARE_PARTS = 10_000n;

/**
 * Each interval's figures as per cent of its sum, to a hundredth; what rounding leaves over goes to the largest, so that
 * they add up to 100. An interval that cost nothing has no shares.
 */
export function sharesOf({ starts, series }: CubeSeries): CubeSeries {
  const columns = starts.map((_, at) => sharesOfOne(series.map(({ points }) => points[at] ?? null)));
  return {
    starts,
    series: series.map(({ name }, line) => ({ name, points: columns.map((column) => column[line] ?? null) })),
  };
}

function sharesOfOne(figures: readonly (string | null)[]): (string | null)[] {
  const sizes = figures.map(femto);
  const sum = sizes.reduce((all, size) => all + size, 0n);
  if (sum === 0n) return figures.map((figure) => (figure === null ? null : '0'));
  const parts = sizes.map((size) => (size * SHARE_PARTS) / sum);
  const left = SHARE_PARTS - parts.reduce((all, part) => all + part, 0n);
  const largest = sizes.reduce((best, size, at) => (size > (sizes[best] ?? 0n) ? at : best), 0);
  parts[largest] = (parts[largest] ?? 0n) + left;
  return figures.map((figure, at) => (figure === null ? null : percentText(parts[at] ?? 0n)));
}

function percentText(parts: bigint): string {
  return `${parts / SHARE_PER_CENT}.${String(parts % SHARE_PER_CENT).padStart(2, '0')}`;
}

export type GroupSort = 'cost_usd' | 'calls' | 'total_tokens' | (string & {});

/** Unknown figures last in either direction, as the API sorts; equal ones stay as they were. */
export function sortGroups<Cell extends CubeCell>(
  groups: readonly Cell[],
  field: GroupSort,
  descending: boolean,
): Cell[] {
  const sign = descending ? -1 : 1;
  return groups.toSorted((one, other) => {
    const [a, b] = [one[field] ?? null, other[field] ?? null];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return sign * compare(a, b, field === 'cost_usd');
  });
}

function compare(a: string | number, b: string | number, isMoney: boolean): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (!isMoney) return String(a).localeCompare(String(b));
  const difference = femto(String(a)) - femto(String(b));
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}
