import type { PricedCall } from '../../src/call.ts';
import { formatUsd } from '../../src/money.ts';
import { recordOrNull } from './attributionColumns.ts';
import { type Column, femtoUsd, jsonb, text } from './columns.ts';

/** What a call costs, and by which card. */
export type StoredPrice = Pick<PricedCall, 'price' | 'serviceTier'>;

export function priceColumns<Row>(of: (row: Row) => StoredPrice): readonly Column<Row>[] {
  return [
    femtoUsd('cost_usd', (row) => pricedOf(of(row))?.costFemtoUsd ?? null),
    jsonb('cost_parts', (row) => recordOrNull(partsUsd(of(row)))),
    text('cost_status', (row) => of(row).price.status),
    text('unpriced_reason', (row) => reasonOf(of(row))),
    text('price_source', (row) => pricedOf(of(row))?.source ?? null),
    text('price_card', (row) => pricedOf(of(row))?.card ?? null),
    text('price_effective_from', (row) => pricedOf(of(row))?.effectiveFrom ?? null),
    text('service_tier', (row) => tierOf(of(row))),
  ];
}

export interface PriceRow {
  readonly cost_usd: string | null;
  readonly cost_parts: Readonly<Record<string, string>> | null;
  readonly cost_status: PricedCall['price']['status'];
  readonly unpriced_reason: string | null;
  readonly price_source: string | null;
  readonly price_card: string | null;
  readonly price_effective_from: string | null;
  readonly service_tier: string | null;
}

/** Of the table `kept`. */
export const priceNames = priceColumns<never>((row) => row)
  .map(({ name }) => (name === 'cost_usd' ? 'trim_scale(kept.cost_usd)::text as cost_usd' : `kept.${name}`))
  .join(', ');

/** Whether the row says just this price already. */
export function isPriceOfRow(row: PriceRow, stored: StoredPrice): boolean {
  const priced = pricedOf(stored);
  return (
    row.cost_status === stored.price.status &&
    row.unpriced_reason === reasonOf(stored) &&
    row.cost_usd === (priced === null ? null : formatUsd(priced.costFemtoUsd)) &&
    row.price_source === (priced?.source ?? null) &&
    row.price_card === (priced?.card ?? null) &&
    row.price_effective_from === (priced?.effectiveFrom ?? null) &&
    row.service_tier === tierOf(stored) &&
    hasSameParts(row.cost_parts ?? {}, partsUsd(stored))
  );
}

/** jsonb keeps an order of its own. */
function hasSameParts(one: Readonly<Record<string, string>>, two: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(two).length && names.every((name) => one[name] === two[name]);
}

function pricedOf({ price }: StoredPrice) {
  return price.status === 'unpriced' ? null : price;
}

function reasonOf({ price }: StoredPrice): string | null {
  return price.status === 'unpriced' ? price.reason : null;
}

/** Of a call that nobody can price, the tier as its emitter says it. */
function tierOf({ price, serviceTier }: StoredPrice): string | null {
  return price.status === 'unpriced' ? serviceTier : price.serviceTier;
}

/** USD as decimal strings, as the API writes them: a JSON number would be a float. */
function partsUsd(stored: StoredPrice): Readonly<Record<string, string>> {
  const parts: Record<string, string> = {};
  for (const [bucket, femto] of Object.entries(pricedOf(stored)?.partsFemtoUsd ?? {})) parts[bucket] = formatUsd(femto);
  return parts;
}
