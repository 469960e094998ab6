import type { GroupKey } from '../api/facts.ts';
import { formatInstant } from '../api/instant.ts';
import { type Measures, noMeasures } from '../api/measures.ts';
import { groupKeyName } from '../api/parameters.ts';
import { type Period, seriesStarts } from '../api/period.ts';
import { type CostGroup, type CostQuestion, readCosts } from '../api/readCosts.ts';
import type { Interval } from '../api/timeZone.ts';
import type { Queries } from '../store/database.ts';
import { type Cell, csvLine, decimalOrNull } from './csv.ts';

/** Groups of one statement: some 10 MB of rows in memory. */
const GROUPS_A_STATEMENT_MAX = 10_000;

const measureNames = Object.keys(noMeasures) as (keyof Measures)[];

export interface CubeRow {
  /** Null without intervals. */
  readonly start: string | null;
  readonly names: readonly string[];
  readonly measures: Measures;
  readonly share: number | null;
}

interface CubeQuestion extends Pick<CostQuestion, 'tenant' | 'groupBy' | 'filters'>, Period {
  readonly interval: Interval | null;
  readonly timezone: string;
}

/**
 * All groups of the cube; with intervals those that have calls in each, one statement an interval, so that no statement is
 * larger than its interval. Without dimensions every interval has a row, as a series has a point.
 */
export async function* cubeRows(
  database: Queries,
  question: CubeQuestion,
  groupsMax: number = GROUPS_A_STATEMENT_MAX,
): AsyncGenerator<CubeRow> {
  const { interval, timezone, from, to } = question;
  if (interval === null) {
    yield* groupRows(database, question, null, groupsMax);
    return;
  }
  const starts = seriesStarts(interval, timezone, question);
  for (const [at, start] of starts.entries()) {
    const slice = { from: start < from ? from : start, to: starts[at + 1] ?? to };
    yield* groupRows(database, { ...question, ...slice }, formatInstant(start), groupsMax);
  }
}

/**
 * Dearest first where one statement has all. More are read by name: costs change while statements follow one another, and a group
 * that rose would be missed between two pages by cost; its name stays.
 */
async function* groupRows(
  database: Queries,
  question: CubeQuestion,
  start: string | null,
  limit: number,
): AsyncGenerator<CubeRow> {
  const { tenant, groupBy, filters, from, to } = question;
  const asked = { tenant, groupBy, filters, from, to, starts: null, limit };
  const rowOf = ({ names, measures, share }: CostGroup): CubeRow => ({ start, names, measures, share });
  const dearest = await readCosts(database, { ...asked, after: null });
  if (groupBy.length === 0) {
    yield { start, names: [], measures: dearest.totals, share: null };
    return;
  }
  if (dearest.groups.length <= limit) {
    for (const group of dearest.groups) yield rowOf(group);
    return;
  }
  for (let after: readonly string[] | null = null; ;) {
    const { groups }: { groups: readonly CostGroup[] } = await readCosts(database, { ...asked, after, order: 'name' });
    for (const group of groups.slice(0, limit)) yield rowOf(group);
    const last = groups[limit - 1];
    if (groups.length <= limit || last === undefined) return;
    after = last.position;
  }
}

/** Without dimensions there is nothing to have a share. */
export function cubeColumns(groupBy: readonly GroupKey[], interval: Interval | null): readonly string[] {
  return [
    ...(interval === null ? [] : ['start']),
    ...groupBy.map(groupKeyName),
    ...measureNames,
    ...(groupBy.length === 0 ? [] : ['share']),
  ];
}

export function cubeCsvLine({ start, names, measures, share }: CubeRow): string {
  const figures = measureNames.map((name): Cell => {
    const figure = measures[name];
    return typeof figure === 'string' ? decimalOrNull(figure) : figure;
  });
  return csvLine([...(start === null ? [] : [start]), ...names, ...figures, ...(names.length === 0 ? [] : [share])]);
}

export function cubeJsonLine(groupBy: readonly GroupKey[], { start, names, measures, share }: CubeRow): string {
  const dimensions = Object.fromEntries(groupBy.map((key, at) => [groupKeyName(key), names[at] ?? null]));
  const row = {
    ...(start === null ? {} : { start }),
    ...dimensions,
    ...measures,
    ...(names.length === 0 ? {} : { share }),
  };
  return `${JSON.stringify(row)}\n`;
}
