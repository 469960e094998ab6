import type { LlmCall } from '../call.ts';
import type { Condition, PricedTier, SearchContextSize } from './adjustment.ts';

const tiers = [null, 'batch', 'flex', 'priority'] as const satisfies readonly (PricedTier | null)[];
const UNKNOWN_TIER = tiers.length;
const speeds = [null, 'fast'] as const;
const UNKNOWN_SPEED = speeds.length;
const geos = [null, 'us'] as const;
const sizes = [null, 'low', 'medium', 'high'] as const satisfies readonly (SearchContextSize | null)[];

/** Names under which providers serve a call at standard prices. `auto` is a wish; who was served otherwise says so. */
const tierNames: ReadonlyMap<string, number> = new Map([
  ...['', 'default', 'standard', 'standard_only', 'auto', 'on_demand'].map((name) => [name, 0] as const),
  ...tiers.flatMap((tier, index) => (tier === null ? [] : [[tier, index] as const])),
]);
const speedNames: ReadonlyMap<string, number> = new Map([
  ['', 0],
  ['standard', 0],
  ['normal', 0],
  ['fast', 1],
]);

/** The conditions of a call in one number, under which its adjusted card is kept; 0: none. */
export type Variant = number;
const SPEED_UNIT = UNKNOWN_TIER + 1;
const GEO_UNIT = SPEED_UNIT * (UNKNOWN_SPEED + 1);
const SIZE_UNIT = GEO_UNIT * geos.length;

/** Of what decides prices beside names, usage and time. Unknown geographies and sizes are the standard ones. */
export function variantOf({ serviceTier, priceFacts }: Pick<LlmCall, 'serviceTier' | 'priceFacts'>): Variant {
  if (serviceTier === null && priceFacts === null) return 0;
  const tierName = lowered(serviceTier);
  // Claude Code writes its speed where others write the tier.
  const isFastTier = tierName === 'fast';
  const tier = isFastTier ? 0 : (tierNames.get(tierName) ?? UNKNOWN_TIER);
  if (priceFacts === null) return tier + (isFastTier ? SPEED_UNIT : 0);
  const speed = isFastTier ? 1 : (speedNames.get(lowered(priceFacts.speed)) ?? UNKNOWN_SPEED);
  const geo = lowered(priceFacts.inferenceGeo) === 'us' ? 1 : 0;
  const size = Math.max(0, (sizes as readonly (string | null)[]).indexOf(lowered(priceFacts.searchContextSize)));
  return tier + speed * SPEED_UNIT + geo * GEO_UNIT + size * SIZE_UNIT;
}

function lowered(name: string | null): string {
  return name === null ? '' : name.trim().toLowerCase();
}

interface Conditions {
  readonly conditions: readonly Condition[];
  /** The tier or speed has a name that nobody knows. */
  readonly isUnknown: boolean;
}

export function conditionsOf(variant: Variant): Conditions {
  const [tier, speed] = [variant % SPEED_UNIT, Math.floor((variant % GEO_UNIT) / SPEED_UNIT)];
  const [geo, size] = [Math.floor((variant % SIZE_UNIT) / GEO_UNIT), Math.floor(variant / SIZE_UNIT)];
  const conditions: Condition[] = [];
  const asked = { tier: tiers[tier], speed: speeds[speed], inferenceGeo: geos[geo], searchContextSize: sizes[size] };
  if (asked.tier) conditions.push({ tier: asked.tier });
  if (asked.speed) conditions.push({ speed: asked.speed });
  if (asked.inferenceGeo) conditions.push({ inferenceGeo: asked.inferenceGeo });
  if (asked.searchContextSize) conditions.push({ searchContextSize: asked.searchContextSize });
  return { conditions, isUnknown: tier === UNKNOWN_TIER || speed === UNKNOWN_SPEED };
}
