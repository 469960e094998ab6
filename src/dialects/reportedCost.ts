import { parseUsd, type FemtoUsd } from '../money.ts';
import type { AttributeValue } from '../span.ts';
import { child, leaf, type JsonObject } from './json.ts';

const DECIMAL = /^\+?(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;
const COST_CHARS_MAX = 64;
/** No call costs a million USD. The ledger's `numeric(38,15)` holds 10^17 sums of it, but two of its own largest no more. */
const COST_FEMTO_USD_MAX = 1_000_000n * 10n ** 15n;
/** Places of USD after the point in the ledger; a double of a few cents has more, and its last ones are noise. */
const USD_PLACES = 15;

/**
 * A cost some emitter wrote, in USD. A `number` is read by its shortest decimal form, exponents exactly, and rounded half
 * up at 1e-15 USD. Null for what is negative, not finite, too large or no number.
 */
export function readReportedCost(value: AttributeValue | undefined): FemtoUsd | null {
  if (typeof value !== 'number' && typeof value !== 'string' && typeof value !== 'bigint') return null;
  const text = String(value).trim();
  if (text.length > COST_CHARS_MAX) return null;
  const match = DECIMAL.exec(text);
  if (match === null) return null;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  if (digits === '') return null;
  const femtoUsd = parseUsd(roundedDecimal(digits, whole.length + Number(exponent)));
  return femtoUsd === null || femtoUsd > COST_FEMTO_USD_MAX ? null : femtoUsd;
}

/** xAI's unit: 10^10 of them are 1 USD, so that every safe integer of them is below a million USD. */
const FEMTO_USD_PER_TICK = 100_000n;

/** What a provider says in its usage that the call cost: OpenRouter and Perplexity in USD, xAI in ticks. */
export function readUsageCost(usage: JsonObject): FemtoUsd | null {
  const inUsd = leaf(usage, 'cost') ?? leaf(child(usage, 'cost'), 'total_cost');
  return readReportedCost(inUsd) ?? readTicks(leaf(usage, 'cost_in_usd_ticks') ?? leaf(usage, 'costInUsdTicks'));
}

function readTicks(value: AttributeValue): FemtoUsd | null {
  const ticks = typeof value === 'string' && /^\d{1,17}$/.test(value) ? Number(value) : value;
  if (typeof ticks !== 'number' || !Number.isSafeInteger(ticks)) return null;
  return ticks < 0 ? null : BigInt(ticks) * FEMTO_USD_PER_TICK;
}

/** The decimal with its point after `point` digits (which may lie outside them), at `USD_PLACES` places. */
function roundedDecimal(digits: string, point: number): string {
  const keep = point + USD_PLACES;
  const isRoundedUp = keep >= 0 && (digits[keep] ?? '0') >= '5';
  const kept = BigInt(`0${keep > 0 ? digits.slice(0, keep).padEnd(keep, '0') : ''}`) + (isRoundedUp ? 1n : 0n);
  const padded = kept.toString().padStart(USD_PLACES + 1, '0');
  return `${padded.slice(0, -USD_PLACES)}.${padded.slice(-USD_PLACES)}`;
}
