import type { LlmCall } from '../call.ts';
import type { Condition, PricedTier, SearchContextSize } from './adjustment.ts';

const tiers = [null, 'batch', 'flex', 'priority'] as const satisfies readonly (PricedTier | null)[];
const UNKNOWN_TIER = tiers.length;
/** Claude Code writes its speed where others write the tier. */
const FAST_TIER = -1;
const speeds = [null, 'fast'] as const;
const UNKNOWN_SPEED = speeds.length;
const geos = [null, 'us'] as const;
const sizes = [null, 'low', 'medium', 'high'] as const satisfies readonly (SearchContextSize | null)[];

/** Names under which providers serve a call at standard prices. `auto` is a wish; who was served otherwise says so. */
const tierNames: ReadonlyMap<string, number> = new Map([
  ...['', 'default', 'standard', 'standard_only', 'auto', 'on_demand'].map((name) => [name, 0] as const),
  ...indexed(tiers),
  ['fast', FAST_TIER],
]);
const speedNames: ReadonlyMap<string, number> = new Map([
  ['', 0],
  ['standard', 0],
  ['normal', 0],
  ['fast', 1],
]);
const geoNames: ReadonlyMap<string, number> = new Map(indexed(geos));
const sizeNames: ReadonlyMap<string, number> = new Map(indexed(sizes));

function indexed(names: readonly (string | null)[]): (readonly [string, number])[] {
  return names.flatMap((name, index) => (name === null ? [] : [[name, index] as const]));
}

/** The conditions of a call in one number, under which its adjusted card is kept; 0: none. */
export type Variant = number;
const SPEED_UNIT = UNKNOWN_TIER + 1;
const GEO_UNIT = SPEED_UNIT * (UNKNOWN_SPEED + 1);
const SIZE_UNIT = GEO_UNIT * geos.length;

/** Of what decides prices beside names, usage and time. Unknown geographies and sizes are the standard ones. */
export function variantOf({ serviceTier, priceFacts }: Pick<LlmCall, 'serviceTier' | 'priceFacts'>): Variant {
  if (serviceTier === null && priceFacts === null) return 0;
  const said = indexOf(tierNames, serviceTier, UNKNOWN_TIER);
  const tier = said === FAST_TIER ? 0 : said;
  if (priceFacts === null) return tier + (said === FAST_TIER ? SPEED_UNIT : 0);
  const speed = said === FAST_TIER ? 1 : indexOf(speedNames, priceFacts.speed, UNKNOWN_SPEED);
  const geo = indexOf(geoNames, priceFacts.inferenceGeo, 0);
  const size = indexOf(sizeNames, priceFacts.searchContextSize, 0);
  return tier + speed * SPEED_UNIT + geo * GEO_UNIT + size * SIZE_UNIT;
}

/** Most names are written as they stand here, so that only others are looked up in lower case. */
function indexOf(names: ReadonlyMap<string, number>, name: string | null, otherwise: number): number {
  if (name === null) return 0;
  return names.get(name) ?? names.get(name.trim().toLowerCase()) ?? otherwise;
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
