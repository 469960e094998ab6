/** Budgets as `tollgate.yaml`, the API and the database write them: docs/reference/config.md has the keys and defaults. */
import { z } from 'zod';
import { GLOB_CHARS_MAX } from '../../src/glob.ts';
import { formatUsd } from '../../src/money.ts';
import type { Budget, BudgetWindow, UnpricedRule } from '../../src/policy/budget.ts';
import { isTimeZone } from '../api/timeZone.ts';
import { describeValue } from '../configFile.ts';
import { flag, isMapping, oneOfTexts, problemsOf, type SchemaProblem, section, wholeNumber } from '../schemaParts.ts';
import { dimension, isText, match, policyName, report, usdAbove0 } from './budgetParts.ts';

const PER_MAX = 8;
const ALERTS_MAX = 20;
const ALERT_PERCENT_MAX = 1_000;
const DOWNGRADES_MAX = 50;
const MODEL_CHARS_MAX = 256;
/** Tokens or calls. Sums of it stay whole in a double, and fit the columns. */
const COUNT_MAX = 1_000_000_000_000_000;
const MIN_OUTPUT_TOKENS_MAX = 1_000_000;
const MIN_OUTPUT_TOKENS_DEFAULT = 64;

const MS_OF = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const ROLLING_MAX_MS = 90 * MS_OF.d;
const calendarWindows = ['run', 'session', 'hour', 'day', 'week', 'month'] as const;

function readWindow(written: string): BudgetWindow | null {
  const kind = calendarWindows.find((name) => name === written);
  if (kind !== undefined) return { kind };
  const [, count = '', unit = ''] = /^rolling:(\d{1,6})([mhd])$/.exec(written) ?? [];
  const ms = Number(count) * (MS_OF[unit as keyof typeof MS_OF] ?? 0);
  return ms >= MS_OF.m && ms <= ROLLING_MAX_MS ? { kind: 'rolling', ms } : null;
}

function writeWindow(window: BudgetWindow): string {
  if (window.kind !== 'rolling') return window.kind;
  // A single day is usually called 24h.
  const unit =
    (['d', 'h', 'm'] as const).find((each) => window.ms % MS_OF[each] === 0 && window.ms > MS_OF[each]) ?? 'm';
  return `rolling:${window.ms / MS_OF[unit]}${unit}`;
}

const window = z
  .unknown()
  .transform((input, context): BudgetWindow => {
    const read = typeof input === 'string' ? readWindow(input) : null;
    if (read !== null) return read;
    const names = calendarWindows.join(', ');
    report(
      context,
      [],
      input,
      `one of ${names}, or rolling: with 1m to 90d, such as rolling:90m, rolling:24h, rolling:7d`,
    );
    return z.NEVER;
  })
  .meta({ type: 'string', examples: ['day', 'rolling:24h'] });

const LIMIT_EXPECTED = 'exactly one of usd, tokens and calls';
const count = wholeNumber(1, COUNT_MAX).transform(BigInt);
export const limitSchema = section({ usd: usdAbove0.optional(), tokens: count.optional(), calls: count.optional() })
  .refine(({ usd, tokens, calls }) => [usd, tokens, calls].filter((amount) => amount !== undefined).length === 1, {
    error: LIMIT_EXPECTED,
  })
  .transform(({ usd, tokens, calls }): Budget['limit'] => {
    if (usd !== undefined) return { unit: 'usd', amount: usd };
    return tokens === undefined ? { unit: 'calls', amount: calls ?? 0n } : { unit: 'tokens', amount: tokens };
  });

const ALERT_EXPECTED = `a list of at most ${ALERTS_MAX} whole numbers of per cent, rising, 1 to ${ALERT_PERCENT_MAX}`;
const alertAt = z
  .array(z.number({ error: ALERT_EXPECTED }), { error: ALERT_EXPECTED })
  .max(ALERTS_MAX, ALERT_EXPECTED)
  .refine((percents) => percents.every((percent, at) => isPercent(percent) && percent > (percents[at - 1] ?? 0)), {
    error: ALERT_EXPECTED,
  });

function isPercent(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= ALERT_PERCENT_MAX;
}

const PER_EXPECTED = `a list of at most ${PER_MAX} dimensions, each once`;
const per = z
  .array(dimension, { error: PER_EXPECTED })
  .max(PER_MAX, PER_EXPECTED)
  .refine((dimensions) => new Set(dimensions).size === dimensions.length, PER_EXPECTED);

/** A mapping, or a list of mappings with one entry each: the form that keeps its order in the database. */
const downgrade = z
  .unknown()
  .transform((input, context): Readonly<Record<string, string>> => {
    const mappings = Array.isArray(input) ? (input as unknown[]) : [input];
    const entries = mappings.flatMap((mapping) => (isMapping(mapping) ? Object.entries(mapping) : []));
    if (!mappings.every(isMapping) || entries.length > DOWNGRADES_MAX) {
      report(context, [], input, `a mapping of at most ${DOWNGRADES_MAX} globs on models to models`);
      return z.NEVER;
    }
    for (const [from, to] of entries) {
      if (!isText(from, GLOB_CHARS_MAX)) {
        report(context, [from], to, `as its key a glob on models, 1 to ${GLOB_CHARS_MAX} characters`);
      } else if (!isText(to, MODEL_CHARS_MAX)) {
        report(context, [from], to, `the name of a model, 1 to ${MODEL_CHARS_MAX} characters`);
      }
    }
    return Object.fromEntries(entries) as Readonly<Record<string, string>>;
  })
  .meta({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Glob on models → model; first match',
  });

const unpricedKinds = ['deny', 'allow'] as const;
const assumed = section({ assume: section({ usd: usdAbove0 }) });
const unpriced = z
  .unknown()
  .transform((input, context): UnpricedRule => {
    const kind = unpricedKinds.find((each) => each === input);
    if (kind !== undefined) return { kind };
    const read = isMapping(input) ? assumed.safeParse(input) : null;
    if (read?.success === true) return { kind: 'assume', femtoUsd: read.data.assume.usd };
    const expected = 'deny, allow, or assume with what one such call counts as: { assume: { usd: "0.10" } }';
    if (read === null) report(context, [], input, expected);
    for (const { path, found: _found, expected: rule } of read === null
      ? []
      : problemsOf(read.error.issues, input, describeValue))
      report(context, path === '' ? [] : path.split('.'), input, rule);
    return z.NEVER;
  })
  .meta({ description: '`deny`, `allow` or `{"assume":{"usd":"0.10"}}`' });

const definition = {
  match: match.default({}),
  per: per.default([]),
  window,
  timezone: z
    .string({ error: 'an IANA time zone name, such as Europe/Berlin' })
    .refine(isTimeZone, 'an IANA time zone name, such as Europe/Berlin')
    .default('UTC'),
  limit: limitSchema,
  alert_at: alertAt.default([50, 80, 100]),
  on_exceed: oneOfTexts(['warn', 'downgrade', 'require_approval', 'deny']).default('deny'),
  downgrade: downgrade.default({}),
  unpriced: unpriced.default({ kind: 'deny' }),
  lost_calls: oneOfTexts(['presume', 'release']).default('presume'),
  mode: oneOfTexts(['enforce', 'shadow']).default('enforce'),
  min_output_tokens: wholeNumber(1, MIN_OUTPUT_TOKENS_MAX).default(MIN_OUTPUT_TOKENS_DEFAULT),
  stop_streams: flag().default(false),
};

type Written = z.output<z.ZodObject<typeof definition>>;
type Definition = Omit<Budget, 'name' | 'source'>;

const needsDowngrade = {
  error: 'downgrade, with the models to go down to, since on_exceed is downgrade',
  path: ['downgrade'],
  when: ({ value }: { value: unknown }) => isMapping(value),
};
const hasDowngrade = ({ on_exceed, downgrade: models }: Pick<Written, 'on_exceed' | 'downgrade'>): boolean =>
  on_exceed !== 'downgrade' || (isMapping(models) && Object.keys(models).length > 0);

function definitionOf(written: Written): Definition {
  return {
    match: written.match,
    per: written.per,
    window: written.window,
    timezone: written.timezone,
    limit: written.limit,
    alertAt: written.alert_at,
    onExceed: written.on_exceed,
    downgrade: written.downgrade,
    unpriced: written.unpriced,
    lostCalls: written.lost_calls,
    mode: written.mode,
    minOutputTokens: written.min_output_tokens,
    stopStreams: written.stop_streams,
  };
}

/** A budget whose name stands elsewhere: the body of a PUT. */
export const definitionSchema = section(definition).refine(hasDowngrade, needsDowngrade).transform(definitionOf);

const namedShape = { name: policyName, ...definition };
/** A budget with its name: an entry of `budgets:`. */
export const budgetSchema = section(namedShape)
  .refine(hasDowngrade, needsDowngrade)
  .transform((written): Omit<Budget, 'source'> => ({ name: written.name, ...definitionOf(written) }));
export const budgetKeys: readonly string[] = Object.keys(namedShape);

export type BudgetResult =
  | { readonly ok: true; readonly budget: Budget }
  | { readonly ok: false; readonly problems: readonly SchemaProblem[] };

/** Reads a budget; its name is `name`, or where that is null a key of `json`. */
export function readBudget(json: unknown, name: string | null, source: Budget['source']): BudgetResult {
  if (name === null) {
    const read = budgetSchema.safeParse(json);
    if (read.success) return { ok: true, budget: { ...read.data, source } };
    return { ok: false, problems: problemsOf(read.error.issues, json, describeValue) };
  }
  const read = definitionSchema.safeParse(json);
  const named = policyName.safeParse(name);
  if (read.success && named.success) return { ok: true, budget: { name, ...read.data, source } };
  const nameProblems = (named.error?.issues ?? []).map(({ message }) => ({
    path: 'name',
    found: describeValue(name),
    expected: message,
  }));
  return { ok: false, problems: [...nameProblems, ...problemsOf(read.error?.issues ?? [], json, describeValue)] };
}

/** The definition without name and source, as `readBudget` reads it: every key is written, none left to a default. */
export function budgetJson(budget: Budget): BudgetJson {
  const { unit, amount } = budget.limit;
  return {
    match: budget.match,
    per: budget.per,
    window: writeWindow(budget.window),
    timezone: budget.timezone,
    limit: unit === 'usd' ? { usd: formatUsd(amount) } : { [unit]: Number(amount) },
    alert_at: budget.alertAt,
    on_exceed: budget.onExceed,
    // jsonb keeps no order of keys, and the first that matches holds.
    downgrade: Object.entries(budget.downgrade).map(([from, to]) => ({ [from]: to })),
    unpriced:
      budget.unpriced.kind === 'assume'
        ? { assume: { usd: formatUsd(budget.unpriced.femtoUsd) } }
        : budget.unpriced.kind,
    lost_calls: budget.lostCalls,
    mode: budget.mode,
    min_output_tokens: budget.minOutputTokens,
    stop_streams: budget.stopStreams,
  };
}

export interface BudgetJson {
  readonly match: Readonly<Record<string, string>>;
  readonly per: readonly string[];
  readonly window: string;
  readonly timezone: string;
  readonly limit: { readonly usd?: string; readonly tokens?: number; readonly calls?: number };
  readonly alert_at: readonly number[];
  readonly on_exceed: string;
  readonly downgrade: readonly Readonly<Record<string, string>>[];
  readonly unpriced: string | { readonly assume: { readonly usd: string } };
  readonly lost_calls: string;
  readonly mode: string;
  readonly min_output_tokens: number;
  readonly stop_streams: boolean;
}
