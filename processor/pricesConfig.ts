/** What `tollgate.yaml` says of prices: docs/reference/config.md has the keys. */
import { z } from 'zod';
import { nameKey } from '../src/pricing/overrides.ts';
import type { WrittenPrice } from '../src/pricing/writtenPrice.ts';
import { priceEntry, priceEntryKeys } from './prices/priceSchema.ts';
import { isMapping, oneOfTexts, section } from './schemaParts.ts';

/** The file's prices hold for every tenant. */
const PRICES_MAX = 10_000;

const onePriceAStart = z.check<WrittenPrice[]>(({ value, issues }) => {
  const seen = new Set<string>();
  for (const [index, entry] of value.entries()) {
    // One with a problem of its own is as it was written.
    if (!isMapping(entry) || !('longContext' in entry)) continue;
    const { provider, model, from } = entry;
    const name = JSON.stringify([nameKey({ provider, model }), from]);
    const message = 'a price whose provider, model and from no other of the prices has';
    if (seen.has(name)) issues.push({ code: 'custom', path: [index, 'model'], input: model, message });
    seen.add(name);
  }
});

// Whatever is wrong with single entries.
onePriceAStart._zod.def.when = ({ value }) => Array.isArray(value);

export const prices = z
  .array(priceEntry, { error: 'a list of prices' })
  .max(PRICES_MAX, { error: `at most ${PRICES_MAX} prices` })
  .check(onePriceAStart);

const pricingShape = {
  azure_zone: oneOfTexts(['global', 'data_zone', 'regional']).default('global'),
  bedrock_region: oneOfTexts(['regional', 'global']).default('regional'),
  vertex_location: oneOfTexts(['global', 'regional']).default('global'),
};

export const pricing = section(pricingShape)
  .transform((written) => ({
    azureZone: written.azure_zone,
    bedrockRegion: written.bedrock_region,
    vertexLocation: written.vertex_location,
  }))
  .prefault({});

export const pricesKeys: readonly string[] = [
  ...priceEntryKeys.map((key) => `prices[].${key}`),
  ...Object.keys(pricingShape).map((key) => `pricing.${key}`),
];
