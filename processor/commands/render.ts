import type { Cell, CommandResult } from './command.ts';

/** A result for people: lines, then a table whose numbers stand to the right. */
export function renderText({ lines, table }: CommandResult): string {
  const tableLines = table === null ? [] : renderTable(table.columns, table.rows);
  return [...lines, ...tableLines].map((line) => `${line}\n`).join('');
}

export function renderJson({ data }: CommandResult): string {
  return `${JSON.stringify(data, null, 2)}\n`;
}

function renderTable(columns: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  const body = rows.map((row) => row.map((cell) => (cell === null ? '-' : printable(String(cell)))));
  const widths = columns.map((column, at) => Math.max(column.length, ...body.map((row) => row[at]?.length ?? 0)));
  const isNumeric = columns.map((_, at) => rows.length > 0 && rows.every((row) => typeof row[at] === 'number'));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => (isNumeric[at] === true ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)];
}

/** Names come from senders: a control character among them must not steer the terminal, nor turn the order of what is read. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
}
