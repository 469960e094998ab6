/** Questions to a running service's API, as an outsider would ask them. */
export interface Measures {
  readonly cost_usd: string;
  readonly calls: number;
  readonly unpriced_calls: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

export interface Costs {
  readonly totals: Measures;
  readonly groups: readonly (Measures & Readonly<Record<string, unknown>>)[];
}

export interface Call {
  readonly trace_id: string;
  readonly span_id: string;
  readonly cost_usd: string | null;
  readonly charge: string;
  readonly agent: string | null;
}

const PAGE = 1_000;

async function getJson<Answer>(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(url, { headers });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${text}`);
  return JSON.parse(text) as Answer;
}

export function getCosts(
  apiBase: string,
  question = 'period=24h',
  headers: Record<string, string> = {},
): Promise<Costs> {
  return getJson<Costs>(`${apiBase}/api/v1/costs?${question}`, headers);
}

/** Every call the service has, page by page, whatever its charge. */
export async function getAllCalls(apiBase: string): Promise<Call[]> {
  const calls: Call[] = [];
  let cursor: string | null = null;
  do {
    const place: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { items: Call[]; next_cursor: string | null } = await getJson(
      `${apiBase}/api/v1/calls?charge=all&period=24h&limit=${PAGE}${place}`,
    );
    calls.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return calls;
}
