import { intervalStarts } from '../../processor/api/timeZone.ts';
import { canonical, instantOf, type Rounded, scaled, written } from './decimals.ts';
import { kindOf } from './columns.ts';
import type { Result } from './result.ts';

/** What a panel has to show: a figure of the API as its text, a number of calls, a quotient to some digits, or an instant. */
type Cell = string | number | boolean | null | Rounded;
export type ExpectedRow = Readonly<Record<string, Cell>>;

type Json = ReturnType<typeof JSON.parse>;

/** A panel as it was asked, and the API beside it. */
export interface Asked {
  /** The range of the panel as it is, and in whole hours, as dashboards/source/sql.ts makes it. */
  readonly exact: { readonly from: Date; readonly to: Date };
  readonly from: Date;
  readonly to: Date;
  readonly timezone: string;
  readonly period: 'hour' | 'day' | 'week' | 'month';
  /** What was chosen; a variable at All, or an empty box, is not here. */
  readonly values: Readonly<Record<string, string | readonly string[]>>;
  /** What `now()` of the statement was, and the clock of the API. */
  readonly now: Date;
  readonly get: (path: string) => Promise<Json>;
}

/** What the API says the panel has to show, row by row in any order. */
export type Expected = (asked: Asked) => Promise<readonly ExpectedRow[]>;

const PAGE = 1_000;

/** The items of all pages. */
export async function walk(asked: Asked, path: string): Promise<Json[]> {
  const items: Json[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const place = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: Json = await asked.get(`${path}&limit=${PAGE}${place}`);
    items.push(...(page.items ?? page.groups));
    cursor = page.next_cursor;
  }
  return items;
}

export const periodOf = ({ from, to }: { readonly from: Date; readonly to: Date }): string =>
  `from=${from.toISOString()}&to=${to.toISOString()}`;

/** Filters of the API for what was chosen. */
export function filtersOf({ values }: Asked, names = ['agent', 'model', 'environment', 'user']): string {
  return names
    .flatMap((name) => [values[name] ?? []].flat().map((value) => [name, value] as const))
    .map(([name, value]) => `&${name}=${encodeURIComponent(value.replaceAll(/[\\,]/g, String.raw`\$&`))}`)
    .join('');
}

/** The API's answer about the panel's range and filters. */
export const askCosts = (asked: Asked, more = ''): Promise<Json> =>
  asked.get(`/api/v1/costs?${periodOf(asked)}${filtersOf(asked)}&limit=1000${more}`);

/** As `bucketOf` of dashboards/source/sql.ts. */
export function bucketOf({ period, timezone }: Asked, instant: string): string {
  const atMs = Date.parse(instant);
  const [start] = intervalStarts(period, timezone, atMs, atMs + 1, 2) ?? [];
  return new Date(start ?? atMs).toISOString();
}

/** The rows of an answer as comparable texts, of the columns that are expected alone. */
export function readRows({ columns, rows }: Result, expected: readonly ExpectedRow[]): string[] {
  const [first = {}] = expected;
  const places = Object.entries(first).map(([name, cell]) => {
    const place = columns.findIndex((column) => column.name === name);
    if (place < 0) throw new Error(`no column ${name} among ${columns.map((column) => column.name).join(', ')}`);
    return {
      name,
      place,
      kind: kindOf(columns[place]?.typeId ?? 0),
      digits: digitsOf(name, expected) ?? digitsIn(cell),
    };
  });
  return rows
    .map((row) => places.map(({ name, place, kind, digits }) => [name, readCell(row[place] ?? null, kind, digits)]))
    .map((cells) => JSON.stringify(cells))
    .toSorted();
}

const digitsIn = (cell: Cell): number | null => (typeof cell === 'object' && cell !== null ? cell.digits : null);
/** A quotient is null where there is nothing to divide: how it is rounded then stands in another row. */
const digitsOf = (name: string, rows: readonly ExpectedRow[]): number | null =>
  rows.map((row) => digitsIn(row[name] ?? null)).find((digits) => digits !== null) ?? null;

function readCell(text: string | null, kind: string, digits: number | null): string | null {
  if (text === null) return null;
  if (kind === 'time') return instantOf(text);
  if (kind !== 'number') return text;
  return digits === null ? canonical(text) : written(scaled(text, digits), digits);
}

/** The expected rows as `readRows` writes them. */
export function writeRows({ columns }: Pick<Result, 'columns'>, expected: readonly ExpectedRow[]): string[] {
  const kinds = new Map(columns.map(({ name, typeId }) => [name, kindOf(typeId)]));
  return expected
    .map((row) => Object.entries(row).map(([name, cell]) => [name, writeCell(cell, kinds.get(name) ?? '')]))
    .map((cells) => JSON.stringify(cells))
    .toSorted();
}

function writeCell(cell: Cell, kind: string): string | null {
  if (cell === null) return null;
  if (typeof cell === 'object') return cell.value;
  if (kind === 'time') return instantOf(String(cell));
  return kind === 'number' ? canonical(String(cell)) : String(cell);
}
