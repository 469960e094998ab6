import type { CostsJson } from '../api/costs.ts';
import { msOf } from '../api/instant.ts';
import type { Period } from '../api/period.ts';
import type { Cell, CommandResult } from './command.ts';

interface Asked {
  readonly tenant: string;
  readonly timezone: string;
  readonly period: Period;
  readonly where: readonly string[];
  /** There are groups beyond those of the answer. */
  readonly hasMore: boolean;
}

/** Above the table: what was asked, the sum, and what is not in it. */
export function reportLines({ totals, groups, group_by }: CostsJson, asked: Asked): string[] {
  const { tenant, timezone, period, where, hasMore } = asked;
  const [from, to] = [period.from, period.to].map((instant) => localTime(msOf(instant), timezone));
  const { cost_usd: cost, calls, unpriced_calls: unpriced } = totals;
  const sum = cost === null ? 'an unknown sum' : `${grouped(cost)} USD`;
  return [
    `Tenant ${tenant} by ${group_by.join(', ')}, from ${from} to ${to} (${timezone})${where.map((each) => `, ${each}`).join('')}.`,
    `${calls === 1 ? '1 call costs' : `${calls} calls cost`} ${sum}.`,
    ...(unpriced === 0
      ? []
      : [`Not in the sum, because they have no price: ${unpriced} (see tollgate prices unpriced).`]),
    ...(hasMore
      ? [`The ${groups.length} dearest; there are more, which are in the total (--limit, or --format csv for all).`]
      : []),
  ];
}

const figures = [
  'calls',
  'unpriced_calls',
  'error_calls',
  'input_tokens',
  'cache_read_tokens',
  'output_tokens',
] as const;
const figureNames = ['calls', 'unpriced', 'errors', 'input', 'of it cached', 'output'];

/** A row a group, or an interval and group with calls; the total last. */
export function reportTable(
  { group_by, interval, totals, groups, series }: CostsJson,
  timezone: string,
): CommandResult['table'] {
  if (totals.calls === 0) return null;
  const points = series.filter(({ calls }) => calls > 0);
  const rows = interval === null ? groups : points;
  const costs = aligned([...rows, totals].map(({ cost_usd }) => cost_usd));
  const names = (row: (typeof rows)[number]): Cell[] => [
    ...('start' in row ? [localTime(Date.parse(String(row.start)), timezone)] : []),
    ...group_by.map((key): Cell => row[key] ?? null),
  ];
  const share = (row: object): Cell[] => {
    if (interval !== null) return [];
    return ['share' in row && typeof row.share === 'number' ? percent.format(row.share).padStart(PERCENT_WIDTH) : ''];
  };
  const withoutName = [...(interval === null ? [] : ['']), ...group_by.map(() => '')].slice(1);
  const columns = [...(interval === null ? [] : [interval]), ...group_by, 'cost USD'];
  return {
    columns: [...columns, ...(interval === null ? ['share'] : []), ...figureNames],
    rows: [
      ...rows.map((row, at) => [...names(row), costs[at] ?? '', ...share(row), ...figures.map((name) => row[name])]),
      ['total', ...withoutName, costs.at(-1) ?? '', ...share({}), ...figures.map((name) => totals[name])],
    ],
  };
}

const percent = new Intl.NumberFormat('en', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
/** `100.0%`. */
const PERCENT_WIDTH = 6;

/** Exact, every digit, with the points below each other; an unknown cost is a dash. */
function aligned(costs: readonly (string | null)[]): string[] {
  const texts = costs.map((cost) => (cost === null ? '-' : grouped(cost)));
  const wholeLength = (text: string): number => text.split('.')[0]?.length ?? 0;
  const width = texts.reduce((widest, text) => Math.max(widest, wholeLength(text)), 0);
  return texts.map((text) => ' '.repeat(width - wholeLength(text)) + text);
}

/** `1,234.5`: of the whole digits alone. */
function grouped(decimal: string): string {
  const [whole = '', fraction] = decimal.split('.');
  return `${whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',')}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** `2026-11-22 15:04`. */
function localTime(epochMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(epochMs);
}
