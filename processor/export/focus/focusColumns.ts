import { formatUsd } from '../../../src/money.ts';
import { familyOfModel } from '../../../src/charging/familyOfModel.ts';
import type { Cell, Decimal } from '../csv.ts';
import { billingPeriod, type ChargePeriod, focusInstant } from './chargePeriod.ts';
import type { FocusRow } from './focusRow.ts';
import { dividedBy, meters, pricingUnits } from './meters.ts';
import { publisherOf, sellerOf } from './sellers.ts';

type Column = readonly [name: string, of: (row: FocusRow, period: ChargePeriod, tenant: string) => Cell];

const usd = (femtoUsd: bigint): Decimal => ({ decimal: formatUsd(femtoUsd) });
const usdOrNull = (femtoUsd: bigint | null): Decimal | null => (femtoUsd === null ? null : usd(femtoUsd));
const cost = ({ costFemtoUsd }: FocusRow): Decimal => usd(costFemtoUsd);
const provider = ({ call }: FocusRow): string => sellerOf(call.provider).providerName;
const meterOf = ({ kind }: FocusRow) => meters[kind];
const pricingUnit = (row: FocusRow) => pricingUnits[meterOf(row).unit];

/**
 * The columns of FOCUS 1.2 (https://focus.finops.org/focus-specification/v1-2/) that a call has something for, in their own order,
 * and three that newer drafts want. Names of our own begin with `x_`, as FOCUS has it.
 */
const columns: readonly Column[] = [
  ['BilledCost', cost],
  ['BillingAccountId', (_row, _period, tenant) => tenant],
  ['BillingAccountName', (_row, _period, tenant) => tenant],
  ['BillingCurrency', () => 'USD'],
  ['BillingPeriodEnd', (_row, { start }) => focusInstant(billingPeriod(start).end)],
  ['BillingPeriodStart', (_row, { start }) => focusInstant(billingPeriod(start).start)],
  ['ChargeCategory', () => 'Usage'],
  ['ChargeClass', () => null],
  ['ChargeDescription', describe],
  ['ChargeFrequency', () => 'Usage-Based'],
  ['ChargePeriodEnd', (_row, { end }) => focusInstant(end)],
  ['ChargePeriodStart', (_row, { start }) => focusInstant(start)],
  ['ConsumedQuantity', ({ quantity }) => ({ decimal: quantity.toString() })],
  ['ConsumedUnit', (row) => meterOf(row).unit],
  ['ContractedCost', cost],
  ['ContractedUnitPrice', ({ unitPriceFemtoUsd }) => usdOrNull(unitPriceFemtoUsd)],
  ['EffectiveCost', cost],
  ['HostProviderName', provider],
  ['InvoiceIssuerName', provider],
  ['ListCost', cost],
  // What a tenant's own price replaces is not kept.
  [
    'ListUnitPrice',
    ({ call, unitPriceFemtoUsd }) => usdOrNull(call.price_source === 'custom' ? null : unitPriceFemtoUsd),
  ],
  // Never null for usage, as FOCUS has it.
  ['PricingCategory', ({ call }) => (call.cost_status === 'unpriced' ? 'Other' : 'Standard')],
  ['PricingQuantity', (row) => ({ decimal: dividedBy(row.quantity, pricingUnit(row).size) })],
  ['PricingUnit', (row) => pricingUnit(row).name],
  ['ProviderName', provider],
  ['PublisherName', publisher],
  ['ResourceId', () => null],
  ['ResourceName', () => null],
  ['ResourceType', () => null],
  ['ServiceCategory', () => 'AI and Machine Learning'],
  ['ServiceName', ({ call }) => sellerOf(call.provider).serviceName],
  ['ServiceProviderName', provider],
  ['ServiceSubcategory', () => 'Generative AI'],
  ['SkuId', ({ call }) => call.model],
  // FOCUS has none without the id that it belongs to.
  ['SkuMeter', (row) => (row.call.model === null ? null : meterOf(row).name)],
  ['SkuPriceDetails', priceDetails],
  ['SkuPriceId', priceId],
  ['SubAccountId', () => null],
  ['SubAccountName', () => null],
  ['Tags', ({ tags }) => JSON.stringify(tags)],
  ['x_Calls', ({ calls }) => calls],
  ['x_CostStatus', ({ call }) => call.cost_status],
  ['x_PriceSource', ({ call }) => call.price_source],
  ['x_UnpricedCalls', ({ unpricedCalls }) => unpricedCalls],
  ['x_UnpricedReason', ({ call }) => call.unpriced_reason],
];

export const focusColumnNames: readonly string[] = columns.map(([name]) => name);

export function focusCells(row: FocusRow, period: ChargePeriod, tenant: string): readonly Cell[] {
  return columns.map(([, of]) => of(row, period, tenant));
}

function describe(row: FocusRow): string {
  const { call, kind } = row;
  const model = call.model ?? 'unknown model';
  if (call.cost_status === 'unpriced')
    return `${model} ${meterOf(row).name}, without a price (${call.unpriced_reason})`;
  if (call.price_source !== 'provider') return `${model} ${meterOf(row).name}`;
  return kind === 'call'
    ? `${model} cost as the provider reported it`
    : `${model} ${meterOf(row).name}, within the reported cost`;
}

function publisher({ call }: FocusRow): string {
  return publisherOf(call.model === null ? null : familyOfModel(call.model), sellerOf(call.provider));
}

/** FOCUS has them only of a price that has an id. */
function priceDetails({ call, kind }: FocusRow): string | null {
  if (call.price_card === null) return null;
  return JSON.stringify({ x_Model: call.model, x_TokenKind: kind, x_ServiceTier: call.service_tier });
}

/** Card, date from which its rates hold, tier and kind; null where no card priced the call. */
function priceId({ call, kind }: FocusRow): string | null {
  if (call.price_card === null) return null;
  return [call.price_card, call.price_effective_from ?? 'always', call.service_tier ?? 'standard', kind].join(' ');
}
