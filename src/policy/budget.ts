import type { FemtoUsd } from '../money.ts';

/** What a limit counts. An amount is an integer: femto-USD, tokens or calls. */
export type LimitUnit = 'usd' | 'tokens' | 'calls';

/** The dimensions a budget may match and count by; `tag.NAME` beside them. */
export const matchDimensions = [
  'agent',
  'user',
  'session',
  'run',
  'model',
  'provider',
  'service',
  'environment',
] as const;
export type MatchDimension = (typeof matchDimensions)[number] | `tag.${string}`;

export type BudgetWindow =
  | { readonly kind: 'run' | 'session' }
  | { readonly kind: 'hour' | 'day' | 'week' | 'month' }
  /** A multiple of a minute. */
  | { readonly kind: 'rolling'; readonly ms: number };

export type OnExceed = 'warn' | 'downgrade' | 'require_approval' | 'deny';
export type Mode = 'enforce' | 'shadow';

/** What a call whose cost nobody can bound gets. */
export type UnpricedRule =
  | { readonly kind: 'deny' | 'allow' }
  | { readonly kind: 'assume'; readonly femtoUsd: FemtoUsd };

/** A budget as it was written: by whom, and what it says. */
export interface Budget {
  readonly name: string;
  readonly source: 'file' | 'api';
  /** Dimension → glob; every one of them has to match. Empty: every call. */
  readonly match: Readonly<Record<string, string>>;
  readonly per: readonly MatchDimension[];
  readonly window: BudgetWindow;
  /** IANA name; of use to day, week and month. */
  readonly timezone: string;
  readonly limit: { readonly unit: LimitUnit; readonly amount: bigint };
  /** Per cent of the limit, rising. */
  readonly alertAt: readonly number[];
  readonly onExceed: OnExceed;
  /** Model, or glob on models, → the model in its place. Names go before globs, long globs before short ones. */
  readonly downgrade: Readonly<Record<string, string>>;
  readonly unpriced: UnpricedRule;
  readonly lostCalls: 'presume' | 'release';
  readonly mode: Mode;
  /** The least output a call is clamped to; below it `onExceed` answers. */
  readonly minOutputTokens: number;
  /** Whether a stream that passes what it was granted is cut off by the client. */
  readonly stopStreams: boolean;
}

/** Something that holds for single calls, without a counter. */
export interface PolicyRule {
  readonly name: string;
  readonly match: Readonly<Record<string, string>>;
  readonly effect: 'deny' | 'require_approval' | 'warn' | null;
  readonly maxOutputTokens: number | null;
  readonly maxCostPerCallFemtoUsd: FemtoUsd | null;
  readonly mode: Mode;
}
