/** A table of Markdown; the first row is its head. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...rest] = rows
    .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .map((line) => [line]);
  const columns = rows[0]?.length ?? 0;
  return [...head, `|${' --- |'.repeat(columns)}`, ...rest.flat()].join('\n');
}

/** `text` with other text between the two markers of a table. */
export function between(text: string, name: string, table: string): string {
  const [start, end] = [`<!-- ${name}: start -->`, `<!-- ${name}: end -->`];
  const [head, rest] = text.split(start);
  const tail = rest?.split(end)[1];
  if (head === undefined || tail === undefined) throw new Error(`expected ${start} and ${end}, found neither or one`);
  return `${head}${start}\n\n${table}\n\n${end}${tail}`;
}
