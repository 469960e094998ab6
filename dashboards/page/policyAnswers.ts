/** What the API answers of budgets, approvals, alerts, prices: contract sections 5 and 6, and /openapi.json word by word. */

type Text = string | null;

export type Unit = 'usd' | 'tokens' | 'calls';

export interface BudgetDefinition {
  readonly match: Readonly<Record<string, string>>;
  readonly per: readonly string[];
  readonly window: string;
  readonly timezone: string;
  readonly limit: {
    readonly usd?: string | undefined;
    readonly tokens?: number | undefined;
    readonly calls?: number | undefined;
  };
  readonly alert_at: readonly number[];
  readonly on_exceed: string;
  readonly downgrade: Readonly<Record<string, string>>;
  readonly unpriced: string | { readonly assume: { readonly usd: string } };
  readonly lost_calls: string;
  readonly mode: string;
  readonly min_output_tokens: number;
  readonly stop_streams: boolean;
}

/** Amounts: `limit_usd`, `spent_tokens` … end in the unit of the limit. */
export interface Counter extends Readonly<Record<string, unknown>> {
  readonly key: Readonly<Record<string, string>>;
  readonly used_share: number;
  readonly window_start: Text;
  readonly resets_at: Text;
  readonly forecast: ({ readonly exhausted_at: Text } & Readonly<Record<string, unknown>>) | null;
}

export interface Budget {
  readonly name: string;
  readonly source: 'api' | 'file';
  readonly definition: BudgetDefinition;
  /** Null where there may be many counters: they are at `/api/v1/budgets/NAME/status`. */
  readonly state: Counter | null;
}

export interface Forecast {
  readonly month: {
    readonly from: string;
    readonly to: string;
    readonly cost_usd: Text;
    readonly calls: number;
    readonly unpriced_calls: number;
    readonly at_month_end_usd: Text;
  };
  readonly budgets: readonly (Counter & {
    readonly budget: string;
    readonly on_exceed: string;
    readonly mode: string;
  })[];
}

export interface Raise extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly key: Readonly<Record<string, string>> | null;
  readonly starts_at: string;
  readonly ends_at: string;
  readonly reason: Text;
  readonly key_id: Text;
  readonly key_name: Text;
}

export interface Reason extends Readonly<Record<string, unknown>> {
  readonly policy: string;
  readonly kind: 'budget' | 'rule' | 'callback';
  readonly effect: string;
  readonly mode: string;
  readonly message: string;
  readonly resets_at?: Text;
  readonly key?: Readonly<Record<string, string>>;
}

export interface Decision {
  readonly decision_id: string;
  readonly effect: string;
  readonly reserved_usd: Text;
  readonly expires_at: Text;
  readonly reasons: readonly Reason[];
}

export interface Approval {
  readonly id: string;
  readonly state: 'waiting' | 'approved' | 'refused' | 'expired';
  readonly requested_at: string;
  readonly expires_at: string;
  readonly subject: {
    readonly agent: Text;
    readonly user: Text;
    readonly session: Text;
    readonly service: Text;
    readonly environment: Text;
    readonly tags: Readonly<Record<string, string>>;
  };
  readonly call: {
    readonly provider: Text;
    readonly model: string;
    readonly operation: Text;
    readonly trace_id: Text;
    readonly run_id: Text;
    readonly input_tokens: number | null;
    readonly input_bytes: number | null;
    readonly max_output_tokens: number | null;
  } | null;
  readonly decision: Decision;
  readonly decided_at: Text;
  readonly key_id: Text;
  readonly key_name: Text;
}

export interface Alert {
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly budget: Text;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** USD for a million tokens, or a thousand requests, by the name of the rate. */
type Rates = Readonly<Record<string, string>>;

export type LongContext = readonly (Readonly<Record<string, string | number>> & {
  readonly above_input_tokens: number;
})[];

/** Beside these fields stand the rates, such as `input_usd_per_mtok`. */
export interface Price extends Readonly<Record<string, unknown>> {
  readonly provider: string;
  readonly model: string;
  readonly effective_from: Text;
  readonly effective_to: Text;
  readonly long_context: LongContext;
  readonly maps_to: Text;
  readonly source: 'default' | 'correction' | 'custom';
  readonly set_by: 'api' | 'file' | null;
  readonly card: Text;
}

export interface ExplainedPrice {
  readonly provider: Text;
  readonly model: string;
  readonly at: string;
  readonly price: {
    readonly source: string;
    readonly card: Text;
    readonly effective_from: Text;
    readonly effective_to: Text;
    readonly hours: readonly string[];
    readonly service_tier: string;
    readonly status: string;
    readonly rates: Rates;
    readonly long_context: LongContext;
    readonly cost_usd: Text;
    readonly cost: Readonly<Record<string, string>> | null;
  } | null;
  readonly unpriced_reason: Text;
  readonly layers: readonly {
    readonly layer: string;
    readonly decides: boolean;
    readonly cost_usd: Text;
    readonly says: string;
  }[];
  readonly suggestions: readonly string[];
}

export interface PutPrice extends Readonly<Record<string, unknown>> {
  readonly affects: { readonly from: Text; readonly to: Text; readonly calls: number | null };
}

export interface UnpricedModel {
  readonly provider: Text;
  readonly model: Text;
  readonly reason: Text;
  readonly calls: number;
  readonly tokens: number;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly suggestions: readonly string[];
}

interface RepriceSums {
  readonly calls: number;
  readonly newly_priced_calls: number;
  readonly newly_unpriced_calls: number;
  readonly before_usd: string;
  readonly after_usd: string;
  readonly delta_usd: string;
}

export interface Reprice extends RepriceSums {
  readonly from: string;
  readonly to: string;
  readonly dry_run: boolean;
  readonly examined_calls: number;
  readonly restated_calls: number;
  readonly by_model: readonly (RepriceSums & { readonly provider: Text; readonly model: Text })[];
}
