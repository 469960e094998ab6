export type Params = Readonly<Record<string, string | number | readonly string[] | null | undefined>>;

/** A path with a query; absent values are left out. A list is repeated, as the API reads it: commas in a value are its own. */
export function hrefOf(path: string, query: Params = {}): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') continue;
    for (const one of typeof value === 'object' ? value : [String(value)]) pairs.append(name, one);
  }
  const text = pairs.toString();
  return text === '' ? path : `${path}?${text}`;
}
