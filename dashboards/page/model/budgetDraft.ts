import type { BudgetDefinition, Unit } from '../policyAnswers.ts';
import { unitOf } from './budgetWords.ts';

/** What a budget may match and count by, `tag.NAME` beside them. */
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
export const TAG = 'tag';
export const windows = ['day', 'week', 'month', 'hour', 'rolling', 'run', 'session'] as const;

export interface MatchLine {
  /** One of `matchDimensions`, or `tag`. */
  readonly dimension: string;
  readonly tag: string;
  readonly glob: string;
}

interface DowngradeLine {
  readonly from: string;
  readonly to: string;
}

/** A budget while it is being written: every field as its control holds it. */
export interface BudgetDraft {
  readonly match: readonly MatchLine[];
  readonly per: readonly string[];
  /** Names of tags, separated by commas. */
  readonly perTags: string;
  readonly window: string;
  /** `24h`, of a rolling window. */
  readonly length: string;
  readonly timezone: string;
  readonly unit: Unit;
  readonly amount: string;
  readonly alertAt: string;
  readonly onExceed: string;
  readonly downgrade: readonly DowngradeLine[];
  readonly unpriced: string;
  readonly assumeUsd: string;
  readonly lostCalls: string;
  readonly mode: string;
  readonly minOutputTokens: string;
  readonly stopStreams: boolean;
}

/** With the defaults of the API, and days of the viewer's zone. */
export function newDraft(timezone: string): BudgetDraft {
  return {
    match: [],
    per: [],
    perTags: '',
    window: 'day',
    length: '24h',
    timezone,
    unit: 'usd',
    amount: '',
    alertAt: '50, 80, 100',
    onExceed: 'deny',
    downgrade: [{ from: '', to: '' }],
    unpriced: 'deny',
    assumeUsd: '',
    lostCalls: 'presume',
    mode: 'enforce',
    minOutputTokens: '64',
    stopStreams: false,
  };
}

const isTag = (name: string): boolean => name.startsWith('tag.');
const tagOf = (name: string): string => name.slice('tag.'.length);

export function draftOf(definition: BudgetDefinition): BudgetDraft {
  const { match, per, window, limit, unpriced, downgrade } = definition;
  const unit = unitOf(limit);
  const isRolling = window.startsWith('rolling:');
  const downgrades = Object.entries(downgrade).map(([from, to]) => ({ from, to }));
  return {
    match: Object.entries(match).map(([name, glob]) =>
      isTag(name) ? { dimension: TAG, tag: tagOf(name), glob } : { dimension: name, tag: '', glob },
    ),
    per: per.filter((name) => !isTag(name)),
    perTags: per.filter(isTag).map(tagOf).join(', '),
    window: isRolling ? 'rolling' : window,
    length: isRolling ? window.slice('rolling:'.length) : '24h',
    timezone: definition.timezone,
    unit,
    amount: String(limit[unit] ?? ''),
    alertAt: definition.alert_at.join(', '),
    onExceed: definition.on_exceed,
    downgrade: downgrades.length === 0 ? [{ from: '', to: '' }] : downgrades,
    unpriced: typeof unpriced === 'string' ? unpriced : 'assume',
    assumeUsd: typeof unpriced === 'string' ? '' : unpriced.assume.usd,
    lostCalls: definition.lost_calls,
    mode: definition.mode,
    minOutputTokens: String(definition.min_output_tokens),
    stopStreams: definition.stop_streams,
  };
}

/** A whole number where it is one that a double holds; anything else goes to the API as it was written, which says what it takes. */
function wholeOrText(text: string): number | string {
  const trimmed = text.trim();
  return /^\d{1,15}$/.test(trimmed) ? Number(trimmed) : trimmed;
}

function listed(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Tags may have spaces in their names: only commas divide. */
function listedTags(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

const keyOf = ({ dimension, tag }: MatchLine): string => (dimension === TAG ? `tag.${tag.trim()}` : dimension);

/** The definition as `PUT /api/v1/budgets/NAME` takes it: what is wrong with it, the API says in its own words. */
export function definitionOf(draft: BudgetDraft): BudgetDefinition {
  const amount = draft.unit === 'usd' ? draft.amount.trim() : wholeOrText(draft.amount);
  const downgrades = draft.downgrade.filter(({ from, to }) => from.trim() !== '' || to.trim() !== '');
  return {
    match: Object.fromEntries(draft.match.map((line) => [keyOf(line), line.glob])),
    per: [...draft.per, ...listedTags(draft.perTags).map((tag) => `tag.${tag}`)],
    window: draft.window === 'rolling' ? `rolling:${draft.length.trim()}` : draft.window,
    timezone: draft.timezone.trim(),
    limit: { [draft.unit]: amount },
    alert_at: listed(draft.alertAt).map((percent) => wholeOrText(percent) as number),
    on_exceed: draft.onExceed,
    downgrade:
      draft.onExceed === 'downgrade'
        ? Object.fromEntries(downgrades.map(({ from, to }) => [from.trim(), to.trim()]))
        : {},
    unpriced: draft.unpriced === 'assume' ? { assume: { usd: draft.assumeUsd.trim() } } : draft.unpriced,
    lost_calls: draft.lostCalls,
    mode: draft.mode,
    min_output_tokens: wholeOrText(draft.minOutputTokens) as number,
    stop_streams: draft.stopStreams,
  };
}

/** The same dimension twice would leave only the last of the two: said before anything is sent. */
export function repeatedMatch(draft: BudgetDraft): string | null {
  const keys = draft.match.map(keyOf);
  return keys.find((key, at) => keys.indexOf(key) !== at) ?? null;
}
