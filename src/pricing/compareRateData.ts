import type { ConditionalPrice, ModelInfo } from '@pydantic/genai-prices';
import type { RateData } from './rateData.ts';

/** One thing that another rate card says otherwise. */
export interface CardChange {
  /** `provider/model`. */
  readonly card: string;
  /** `prices`: other rates or dates; `names`: other names lead to it. */
  readonly change: 'added' | 'removed' | 'prices' | 'names';
  /** Of prices: each figure before and after, null where it was not or is no more. */
  readonly figures: readonly {
    readonly figure: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
}

/** What is different, by card; nothing where both say the same. */
export function compareRateData(before: RateData, after: RateData): readonly CardChange[] {
  const [old, now] = [modelsOf(before), modelsOf(after)];
  const cards = [...new Set([...old.keys(), ...now.keys()])].toSorted();
  return cards.flatMap((card) => changesOf(card, old.get(card), now.get(card)));
}

function modelsOf({ providers }: RateData): Map<string, ModelInfo> {
  return new Map(providers.flatMap(({ id, models }) => models.map((model) => [`${id}/${model.id}`, model] as const)));
}

function changesOf(card: string, before: ModelInfo | undefined, after: ModelInfo | undefined): CardChange[] {
  if (before === undefined || after === undefined) {
    return [{ card, change: before === undefined ? 'added' : 'removed', figures: [] }];
  }
  const figures = changedFigures(figuresOf(before), figuresOf(after));
  const areNamesOther = JSON.stringify(sortKeys(before.match)) !== JSON.stringify(sortKeys(after.match));
  return [
    ...(figures.length === 0 ? [] : [{ card, change: 'prices' as const, figures }]),
    ...(areNamesOther ? [{ card, change: 'names' as const, figures: [] }] : []),
  ];
}

function changedFigures(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): CardChange['figures'] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((figure) => {
    const [was, is] = [before.get(figure) ?? null, after.get(figure) ?? null];
    return was === is ? [] : [{ figure, before: was, after: is }];
  });
}

/** `input_mtok`, or `2026-03-13 input_mtok` where it holds under a condition. */
function figuresOf({ prices }: ModelInfo): Map<string, string> {
  const conditional: ConditionalPrice[] = Array.isArray(prices) ? prices : [{ prices }];
  const figures = new Map<string, string>();
  for (const { constraint, prices: rates } of conditional) {
    const condition = constraint === undefined ? '' : `${conditionText(constraint)} `;
    for (const [key, rate] of Object.entries(rates)) {
      if (rate === undefined) continue;
      const text =
        typeof rate === 'number'
          ? String(rate)
          : [rate.base, ...rate.tiers.map(({ start, price }) => `above ${start}: ${price}`)].join(', ');
      figures.set(condition + key, text);
    }
  }
  return figures;
}

function conditionText(constraint: NonNullable<ConditionalPrice['constraint']>): string {
  if (constraint.type === 'start_date') return `from ${new Date(constraint.start_date).toISOString()}`;
  return `${constraint.start_time} to ${constraint.end_time}`;
}

/** Two files may write the same object in another order. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}
