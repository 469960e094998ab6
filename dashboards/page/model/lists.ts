/** The lists of the API: what each is called, and the dimension it is over. */
export const lists = {
  sessions: { dimension: 'session', one: 'session', title: 'Sessions' },
  users: { dimension: 'user', one: 'user', title: 'Users' },
  agents: { dimension: 'agent', one: 'agent', title: 'Agents' },
  models: { dimension: 'model', one: 'model', title: 'Models' },
  runs: { dimension: 'run', one: 'run', title: 'Runs' },
} as const;

export type ListName = keyof typeof lists;
export const listNames = Object.keys(lists) as ListName[];

/** The sheet of one of them. An address cannot hold `.` or `..`, and an empty part is none: these are looked at in the explorer. */
export function oneHref(name: ListName, id: string): string {
  if (id !== '' && id !== '.' && id !== '..') return `/${name}/${encodeURIComponent(id)}`;
  const { dimension } = lists[name];
  return `/explore?by=${dimension === 'model' ? 'agent' : 'model'}&${dimension}=${id}`;
}

/** As the API sorts rows. */
const rowSorts = [
  'id',
  'cost_usd',
  'calls',
  'run_count',
  'total_tokens',
  'total_duration_seconds',
  'first_seen',
  'last_seen',
] as const;
export const USUAL_SORT = '-cost_usd';

/** What the address says, or dearest first where it says what is no sort. */
export function rowSort(asked: string): string {
  return rowSorts.some((field) => field === asked.replace(/^-/, '')) ? asked : USUAL_SORT;
}

/** A run without another name is named by its trace. */
export function traceOfRun(id: string): string | null {
  return /^[0-9a-f]{32}$/.test(id) ? id : null;
}

/** "a, b and 3 more", so that a row keeps one line. */
export function someNames(
  names: readonly string[],
  shown: number,
): { readonly names: readonly string[]; readonly more: number } {
  return { names: names.slice(0, shown), more: Math.max(0, names.length - shown) };
}
