/** What a PromQL expression names. It is taken to pieces, not evaluated: brackets, strings and durations are not looked into. */
export interface Named {
  readonly metrics: readonly string[];
  /** In selectors and groupings. */
  readonly labels: readonly string[];
  /** Labels that are left on the answer; null where nothing takes any away. */
  readonly left: readonly string[] | null;
}

const KEYWORDS = new Set(['and', 'or', 'unless', 'on', 'ignoring', 'offset', 'bool', 'group_left', 'group_right']);
const AGGREGATIONS = /\b(?:sum|count|max|min|avg|topk|bottomk|quantile)\b/;
const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/g;

export function namedIn(expression: string): Named {
  const labels: string[] = [];
  const grouped: string[] = [];
  const rest = expression
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
    .replaceAll(/\{([^}]*)\}/g, (_, selector: string) => {
      labels.push(...[...selector.matchAll(/([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label));
      return ' ';
    })
    .replaceAll(/\[[^\]]*\]/g, ' ')
    .replaceAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g, (_, list: string) => {
      grouped.push(...(list.match(NAME) ?? []));
      return ' ';
    });
  const metrics = [...rest.matchAll(NAME)]
    .filter(({ 0: name, index }) => !/^\s*\(/.test(rest.slice(index + name.length)) && !KEYWORDS.has(name))
    .map(([name]) => name)
    .filter((name) => !AGGREGATIONS.test(name));
  return {
    metrics: [...new Set(metrics)],
    labels: [...new Set([...labels, ...grouped])],
    left: AGGREGATIONS.test(rest) ? grouped : null,
  };
}

/** Name of a family and the labels of its samples, from the Prometheus text of `/metrics`. */
export function readFamilies(text: string): Map<string, Set<string>> {
  const families = new Map<string, Set<string>>();
  for (const line of text.split('\n')) {
    const [, name = '', kind] = /^# TYPE (\S+) (\w+)/.exec(line) ?? [];
    const series = kind === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => `${name}${end}`) : [name];
    if (name !== '') for (const each of series) families.set(each, new Set(each.endsWith('_bucket') ? ['le'] : []));
    const [, sample = '', labels = ''] = /^([a-zA-Z_:]\w*)(?:\{(.*)\})? /.exec(line) ?? [];
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) families.get(sample)?.add(label);
  }
  return families;
}

/** The same from the table of docs/reference/metrics.md, which a test of its own holds to the code: counters without a sample yet have no labels. */
export function readDocumented(markdown: string): Map<string, Set<string>> {
  const rows = markdown.matchAll(/^\| `(tollgate_\w+)` \| (\w+) \| ([^|]*) \|/gm);
  const found = new Map<string, Set<string>>();
  for (const [, name = '', kind, labels = ''] of rows) {
    const listed = labels.match(/[a-z_]+/g) ?? [];
    const series = kind === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => `${name}${end}`) : [name];
    for (const each of series) found.set(each, new Set(each.endsWith('_bucket') ? [...listed, 'le'] : listed));
  }
  return found;
}
