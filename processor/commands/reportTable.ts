import type { CostsJson } from '../api/costs.ts';
import { msOf } from '../api/instant.ts';
import type { Measures } from '../api/measures.ts';
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
    `${calls === 1 ? '1 call costs' : `${grouped(String(calls))} calls cost`} ${sum}.`,
    ...(unpriced === 0
      ? []
      : [`Not in the sum, because they have no price: ${grouped(String(unpriced))} (see tollgate prices unpriced).`]),
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
export function reportTable(answer: CostsJson, timezone: string): CommandResult['table'] {
  const { interval, totals } = answer;
  if (totals.calls === 0) return null;
  const lead = interval === null ? answer.group_by : [interval, ...answer.group_by];
  const total: Line = { lead: lead.map((_, at) => (at === 0 ? 'total' : '')), share: null, measures: totals };
  const lines = [...(interval === null ? groupLines(answer) : seriesLines(answer, timezone)), total];
  const costs = aligned(lines.map(({ measures }) => measures.cost_usd));
  return {
    columns: [...lead, 'cost USD', ...(interval === null ? ['share'] : []), ...figureNames],
    rows: lines.map((line, at) => [
      ...line.lead,
      costs[at] ?? '',
      ...(interval === null ? [line.share === null ? '' : percent.format(line.share).padStart(PERCENT_WIDTH)] : []),
      ...figures.map((name) => line.measures[name]),
    ]),
  };
}

interface Line {
  readonly lead: readonly Cell[];
  readonly share: number | null;
  readonly measures: Measures;
}

function groupLines({ groups, group_by }: CostsJson): Line[] {
  return groups.map((group) => ({
    lead: group_by.map((key) => group[key] ?? null),
    share: group.share,
    measures: group,
  }));
}

function seriesLines({ series, group_by, interval }: CostsJson, timezone: string): Line[] {
  const length = interval === 'hour' ? TIME_LENGTH : DATE_LENGTH;
  const start = (point: CostsJson['series'][number]): string =>
    localTime(Date.parse(point.start), timezone).slice(0, length);
  const called = series.filter(({ calls }) => calls > 0);
  return called.map((point) => ({
    lead: [start(point), ...group_by.map((key) => point[key] ?? null)],
    share: null,
    measures: point,
  }));
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

const DATE_LENGTH = '2026-11-22'.length;
const TIME_LENGTH = '2026-11-22 15:04'.length;

/** `2026-11-22 15:04`. */
function localTime(epochMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(epochMs);
}
