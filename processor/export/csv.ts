/** Comma-separated values by RFC 4180 (https://www.rfc-editor.org/rfc/rfc4180): CRLF, quotes where needed, UTF-8. */

/** A number written out, of any size and exact: never taken for text, so that a negative one stays a number. */
export interface Decimal {
  readonly decimal: string;
}

export type Cell = string | number | Decimal | null;

const NEEDS_QUOTES = /[",\r\n]/;
/**
 * What a spreadsheet takes for the beginning of a formula (https://owasp.org/www-community/attacks/CSV_Injection). Names come from
 * senders: `=HYPERLINK(…)` as a user's id would run on the machine of whoever opens the file. In East Asian settings the signs of
 * full width do the same.
 */
const FORMULA_START = /^[=+\-@\t\r\n＝＋－＠]/;

export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** Null is empty, and so is the empty text: nobody gave either. */
function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'object') return cell.decimal;
  const safe = FORMULA_START.test(cell) ? `'${cell}` : cell;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function decimalOrNull(decimal: string | null | undefined): Decimal | null {
  return decimal === null || decimal === undefined ? null : { decimal };
}
