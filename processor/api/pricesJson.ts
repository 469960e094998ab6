import { z } from 'zod';
import { type RateKey, rateNames } from '../../src/pricing/writtenPrice.ts';
import { priceSources } from '../prices/pricesInForce.ts';
import { instantSchema, usdSchema } from './measures.ts';

const instantOrNull = instantSchema.nullable();

const ratesShape = Object.fromEntries(
  (Object.keys(rateNames) as RateKey[]).map((key) => [key, usdSchema.optional()]),
) as Readonly<Record<RateKey, ReturnType<typeof usdSchema.optional>>>;

const longContextSchema = z
  .array(z.object({ above_input_tokens: z.int(), ...ratesShape }))
  .meta({ description: 'Rates of requests whose whole input is above a threshold' });

/** A price that was set. Rates that are not there are those of the unit they are part of. */
const priceSchema = z.object({
  provider: z.string(),
  model: z.string(),
  effective_from: instantOrNull.meta({ description: 'Null: always so far' }),
  effective_to: instantOrNull.meta({ description: 'Null: for good' }),
  ...ratesShape,
  long_context: longContextSchema,
  maps_to: z.string().nullable().meta({ description: 'The model as which calls are priced' }),
});

export const listedPriceSchema = priceSchema
  .extend({
    source: z.enum(priceSources),
    set_by: z.enum(['api', 'file']).nullable(),
    card: z.string().nullable().meta({ description: 'Null where calls are priced as another model' }),
  })
  .meta({ id: 'Price' });

export const putPriceSchema = priceSchema.extend({
  affects: z
    .object({
      from: instantOrNull,
      to: instantOrNull,
      calls: z.int().nullable().meta({ description: 'Null where counting them would take too long' }),
    })
    .meta({ description: 'Charged calls that would have this price; they keep theirs until they are repriced' }),
});

export const explainedSchema = z.object({
  provider: z.string().nullable(),
  model: z.string(),
  at: instantSchema,
  price: z
    .object({
      source: z.string(),
      card: z.string().nullable(),
      effective_from: instantOrNull,
      effective_to: instantOrNull,
      hours: z.array(z.string()).meta({ description: 'When it holds within its dates; none: all day' }),
      service_tier: z.string(),
      status: z.string(),
      rates: z.object(ratesShape),
      long_context: longContextSchema,
      cost_usd: usdSchema.nullable(),
      cost: z.record(z.string(), usdSchema).nullable(),
    })
    .nullable()
    .meta({ description: 'Null where nobody can price it' }),
  unpriced_reason: z.string().nullable(),
  layers: z
    .array(z.object({ layer: z.string(), decides: z.boolean(), cost_usd: usdSchema.nullable(), says: z.string() }))
    .meta({ description: 'In the order in which they are asked' }),
  suggestions: z.array(z.string()).meta({ description: 'Known names like it, where the name is unknown' }),
});

export const unpricedSchema = z
  .object({
    provider: z.string().nullable(),
    model: z.string().nullable(),
    reason: z.string().nullable(),
    calls: z.int(),
    tokens: z.int(),
    first_seen: instantSchema,
    last_seen: instantSchema,
    suggestions: z.array(z.string()).meta({ description: 'Known names like it, as `maps_to` takes them' }),
  })
  .meta({ id: 'UnpricedModel' });
