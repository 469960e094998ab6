import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** Printing and statistics of the benchmarks; the demo prints its tables with it too. Tables are Markdown. */
export type TableCell = string | number | null;

/** Prints a titled table; a column that holds only figures stands to the right. Null is printed as `–`. */
export function printTable(title: string, columns: readonly string[], rows: readonly (readonly TableCell[])[]): void {
  process.stdout.write(`\n### ${title}\n\n${formatTable(columns, rows).join('\n')}\n`);
}

function formatTable(columns: readonly string[], rows: readonly (readonly TableCell[])[]): string[] {
  const body = rows.map((row) => columns.map((_, at) => cellText(row[at] ?? null)));
  const widths = columns.map((column, at) => Math.max(3, column.length, ...body.map((row) => row[at]?.length ?? 0)));
  const isFigures = columns.map(
    (_, at) => body.length > 0 && body.every((row) => /^[–~≥<]?[-\d.,% ×]*$/.test(row[at] ?? '')),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => (isFigures[at] === true ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, at) => (isFigures[at] === true ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(columns), line(rule), ...body.map(line)];
}

const cellText = (cell: TableCell): string =>
  cell === null
    ? '–'
    : (typeof cell === 'number' ? formatFigure(cell) : cell).replaceAll('|', '\\|').replace(/\p{Cc}/gu, '\u{fffd}');

/** Three significant digits below 1000, whole numbers with thousands parted by commas above. */
export function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(3)).toString();
}

/** The middle value; of an even count the mean of the two middle ones. NaN for none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Linear between the two nearest ranks. NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (sorted.length - 1) * share;
  const low = sorted[Math.floor(rank)] ?? Number.NaN;
  const high = sorted[Math.ceil(rank)] ?? Number.NaN;
  return low + (high - low) * (rank - Math.floor(rank));
}

/** The least and the greatest round, such as `12,100–15,800`. */
export function spread(values: readonly number[]): string {
  return values.length === 0 ? '–' : `${formatFigure(Math.min(...values))}–${formatFigure(Math.max(...values))}`;
}

/** What a reader needs to judge the figures: the machine, the runtime and how busy it is right now. */
export function machine(): string[] {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memoryGib = (totalmem() / 2 ** 30).toPrecision(3);
  const load = loadavg().map((value) => value.toPrecision(2));
  return [
    `machine: ${model}, ${availableParallelism()} cores, ${memoryGib} GiB`,
    `runtime: node ${process.version}, ${process.platform} ${process.arch}`,
    `load average (1, 5, 15 min): ${load.join(', ')}`,
  ];
}

export function printMachine(): void {
  for (const line of machine()) process.stdout.write(`- ${line}\n`);
}
