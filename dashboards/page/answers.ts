/** What the API answers, as far as the page reads it: contract section 5, and /openapi.json word by word. Money is an exact decimal string. */

type Text = string | null;

export interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: Text;
}

export interface Who {
  readonly tenant: string;
  /** Null where there is no key at all, and everything is allowed. */
  readonly key: { readonly id: string; readonly name: Text } | null;
  readonly agent: Text;
  readonly scopes: readonly string[];
}

export interface Measures {
  readonly cost_usd: Text;
  readonly calls: number;
  readonly unpriced_calls: number;
  readonly error_calls: number;
  readonly input_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  readonly output_tokens: number;
  readonly reasoning_tokens: number;
  readonly total_tokens: number;
}

/** Beside the measures each dimension of group_by is a field. */
export type Group = Measures & { readonly share: number | null } & Readonly<Record<string, string | number | null>>;
type Point = Measures & { readonly start: string } & Readonly<Record<string, string | number | null>>;

export interface Costs {
  readonly from: string;
  readonly to: string;
  readonly group_by: readonly string[];
  readonly interval: Text;
  readonly totals: Measures;
  readonly groups: readonly Group[];
  readonly series: readonly Point[];
  readonly next_cursor: Text;
}

interface Change {
  readonly before_usd: Text;
  readonly now_usd: Text;
  readonly delta_usd: string;
  readonly volume_usd: string;
  readonly mix_usd: string;
  readonly price_usd: string;
  readonly before_calls: number;
  readonly now_calls: number;
  readonly before_unpriced_calls: number;
  readonly now_unpriced_calls: number;
}

export interface Changes extends Change {
  readonly before: { readonly from: string; readonly to: string };
  readonly now: { readonly from: string; readonly to: string };
  readonly groups: readonly (Change & Readonly<Record<string, string | number | null>>)[];
  readonly other: (Change & { readonly groups: number }) | null;
}

/** A session, user, agent, model or run. */
export interface Row {
  readonly id: string;
  readonly cost_usd: Text;
  readonly calls: number;
  readonly run_count: number;
  readonly total_tokens: number;
  readonly total_duration_seconds: number;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly agents: readonly string[];
  readonly models: readonly string[];
}

export interface One extends Row {
  readonly cost_by_model: readonly Group[];
  readonly cost_by_agent: readonly Group[];
  readonly series: readonly Point[];
  /** Of agents alone. */
  readonly with_below_calls?: number | null;
  readonly with_below_cost_usd?: Text;
}

export interface Copy {
  readonly rule: 'same_provider_id' | 'nested' | 'sibling';
  readonly trace_id: string;
  readonly span_id: string;
}

type Charge = 'charged' | 'duplicate' | 'container' | 'pending';

export interface Call {
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_span_id: Text;
  readonly started_at: string;
  readonly duration_ms: number;
  readonly service: Text;
  readonly environment: Text;
  readonly endpoint: Text;
  readonly operation: Text;
  readonly provider: Text;
  readonly model: Text;
  readonly request_model: Text;
  readonly response_model: Text;
  readonly response_id: Text;
  readonly request_id: Text;
  readonly status: 'ok' | 'error';
  readonly agent: Text;
  readonly agent_id: Text;
  readonly agent_path: readonly string[];
  readonly user: Text;
  readonly session: Text;
  readonly run: string;
  readonly tags: Readonly<Record<string, string>>;
  /** By bucket; null is unreported. */
  readonly usage: Readonly<Record<string, number | null>>;
  readonly cost_usd: Text;
  readonly cost: Readonly<Record<string, string>> | null;
  readonly cost_status: string;
  readonly unpriced_reason: Text;
  readonly reported_cost_usd: Text;
  readonly price: {
    readonly source: string;
    readonly card: Text;
    readonly effective_from: Text;
    readonly service_tier: Text;
  } | null;
  readonly charge: string;
  readonly charge_reason: Text;
  readonly duplicate_of: Copy | null;
  readonly received_at: string;
  readonly scope: Text;
  readonly dialect: string;
  readonly cache_semantics: Text;
  readonly attribution: { readonly agent: Text; readonly user: Text; readonly session: Text };
}

export interface LedgerEntry extends Measures {
  readonly entry_no: number;
  readonly reason: string;
  readonly booked_at: string;
  readonly agent: Text;
  readonly user: Text;
  readonly session: Text;
  readonly run: Text;
  readonly model: Text;
  readonly provider: Text;
  readonly service: Text;
  readonly operation: Text;
  readonly environment: Text;
  readonly endpoint: Text;
}

export interface OneCall extends Call {
  readonly copies: readonly Copy[];
  readonly ledger: readonly LedgerEntry[];
}

export interface Span {
  readonly span_id: string;
  readonly parent_span_id: Text;
  readonly parent_missing: boolean;
  readonly name: string;
  readonly kind: string;
  readonly status: 'ok' | 'error';
  readonly service: Text;
  readonly started_at: string;
  readonly duration_ms: number;
  readonly cost_usd: Text;
  readonly subtree_cost_usd: Text;
  readonly charge: Text;
  readonly charge_reason: Text;
  readonly duplicate_of: Copy | null;
  readonly charged_elsewhere: boolean;
  readonly copies: readonly Copy[];
  readonly received_at: Text;
  readonly call: Pick<
    Call,
    | 'operation'
    | 'provider'
    | 'model'
    | 'response_id'
    | 'request_id'
    | 'agent'
    | 'agent_path'
    | 'user'
    | 'session'
    | 'usage'
    | 'cost_status'
    | 'unpriced_reason'
    | 'scope'
  > | null;
  readonly children: readonly Span[];
}

export interface TraceAgent {
  readonly agent: string;
  readonly calls: number;
  readonly own_cost_usd: Text;
  readonly with_below_calls: number;
  readonly with_below_cost_usd: Text;
}

export interface Trace {
  readonly trace_id: string;
  readonly span_count: number;
  readonly truncated: boolean;
  readonly copies_truncated: boolean;
  readonly cost_usd: Text;
  readonly charges: Readonly<Record<Charge | 'charged_elsewhere', number>>;
  readonly agents: readonly TraceAgent[];
  readonly spans: readonly Span[];
}
