/** One price as it is written, in requests to the API as in `tollgate.yaml`. */
import { z } from 'zod';
import type { WrittenPrice } from '../../src/pricing/writtenPrice.ts';
import { isMapping, section, text } from '../schemaParts.ts';
import { INSTANT_EXPECTED, readPriceInstant } from './instantOfPrice.ts';
import { longContext, longContextOf, neededRates, rateKeys, ratesOf, rateShape } from './ratesSchema.ts';

export const PROVIDER_CHARS_MAX = 64;
/** As long as a name that prices are looked up by. */
export const MODEL_CHARS_MAX = 256;

export const providerName = text(
  new RegExp(`^[\\w.-]{1,${PROVIDER_CHARS_MAX}}$|^\\*$`),
  'the name of a provider, such as openai or azure.ai.openai, or * for any',
);
export const modelName = text(
  new RegExp(`^\\P{Cc}{1,${MODEL_CHARS_MAX}}$`, 'u'),
  `a model or a glob on models, 1 to ${MODEL_CHARS_MAX} characters`,
);

const instant = z
  .string({ error: INSTANT_EXPECTED })
  .transform((written, context) => {
    const read = readPriceInstant(written);
    if (read !== null) return read;
    context.issues.push({ code: 'custom', input: written, message: INSTANT_EXPECTED });
    return z.NEVER;
  })
  .nullable();

const shape = {
  ...rateShape,
  long_context: longContext.default([]).meta({
    description: 'Rates of requests whose whole input is above a threshold; they hold for every token of it',
  }),
  maps_to: modelName
    .optional()
    .meta({ description: 'Priced as another model: `MODEL` of the same provider or `PROVIDER/MODEL`' }),
};

type Written = z.output<z.ZodObject<typeof shape>>;

/** What a body and an entry of the file have in common, the instants apart. */
function priceParts(written: Written): Pick<WrittenPrice, 'rates' | 'longContext' | 'mapsTo'> {
  return {
    rates: ratesOf(written) ?? {},
    longContext: longContextOf(written.long_context),
    mapsTo: written.maps_to ?? null,
  };
}

interface InstantKeys {
  readonly from: string;
  readonly to: string;
}

/** What is wrong between the keys; told beside what else is wrong, but not about a value that is itself wrong. */
function faultsBetween(price: Readonly<Record<string, unknown>>, keys: InstantKeys): readonly Fault[] {
  const faults: Fault[] = [];
  const isSaid = (key: string): boolean => price[key] !== undefined;
  const missing = neededRates.filter((key) => !isSaid(key));
  if (!isSaid('maps_to')) {
    if (missing.length > 0) faults.push({ path: missing.slice(0, 1), message: `${missing.join(' and ')}, or maps_to` });
  } else if (rateKeys.some(isSaid) || (Array.isArray(price['long_context']) && price['long_context'].length > 0)) {
    const message = 'either maps_to or rates: what is mapped has the prices of the model it maps to';
    faults.push({ path: ['maps_to'], message });
  }
  const [from, to] = [keys.from, keys.to].map((key) => instantOf(price[key]));
  if (typeof from === 'string' && typeof to === 'string' && to <= from) {
    faults.push({ path: [keys.to], message: `an instant after ${keys.from}` });
  }
  return faults;
}

interface Fault {
  readonly path: readonly string[];
  readonly message: string;
}

function instantOf(value: unknown): string | null {
  return typeof value === 'string' ? readPriceInstant(value) : null;
}

function checked<Schema extends z.ZodType>(schema: Schema, keys: InstantKeys): Schema {
  const check = z.check<z.output<Schema>>(({ value, issues }) => {
    const price = value as Readonly<Record<string, unknown>>;
    for (const { path, message } of faultsBetween(price, keys)) {
      const [key = ''] = path;
      issues.push({ code: 'custom', path: [...path], input: price[key], message });
    }
  });
  // Whatever else is wrong with its values.
  check._zod.def.when = ({ value }) => isMapping(value);
  return schema.check(check);
}

/** What `PUT /api/v1/prices/PROVIDER/MODEL` takes. */
export const priceBody = checked(
  section({
    ...shape,
    effective_from: instant.optional().meta({ description: 'Default: now; null: always so far' }),
    effective_to: instant.default(null).meta({ description: 'Default null: for good' }),
  }),
  { from: 'effective_from', to: 'effective_to' },
).transform((body) => ({
  ...priceParts(body),
  from: body.effective_from === undefined ? ('now' as const) : body.effective_from,
  to: body.effective_to,
}));

const fileShape = {
  provider: providerName,
  model: modelName,
  ...shape,
  from: instant.default(null),
  to: instant.default(null),
};

/** An entry of `prices:` in the file. */
export const priceEntry = checked(section(fileShape), { from: 'from', to: 'to' }).transform((entry): WrittenPrice => ({
  provider: entry.provider,
  model: entry.model,
  from: entry.from,
  to: entry.to,
  ...priceParts(entry),
}));

export const priceEntryKeys: readonly string[] = Object.keys(fileShape);
