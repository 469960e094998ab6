import { z } from 'zod';
import { TollgateError } from '../../src/errors.ts';
import type { WrittenPrice } from '../../src/pricing/writtenPrice.ts';
import { affectedCalls, type AffectedCalls } from '../prices/affectedCalls.ts';
import { modelName, priceBody, providerName } from '../prices/priceSchema.ts';
import { priceJson } from '../prices/writtenJson.ts';
import { describeValue } from '../configFile.ts';
import { problemsOf } from '../schemaParts.ts';
import { type CommandContext, type CommandResult, nameSchema, openPrices, readArgs } from './command.ts';

const namedSchema = z.strictObject({ tenant: nameSchema, provider: z.string(), model: z.string() });
const setSchema = namedSchema.extend({ price: z.unknown() });

/** Whoever reaches the socket or the database acts without a key. */
const nobody = { keyId: null, keyName: null };

/** Sets a price of a tenant, as a `PUT` of the API does. */
export async function setPrice(context: CommandContext, args: unknown): Promise<CommandResult> {
  const { tenant, price: written, ...named } = readArgs(setSchema, args);
  const name = readPart(z.strictObject({ provider: providerName, model: modelName }), named);
  const asked = readPart(priceBody, written);
  const prices = await openPrices(context);
  const { created, price } = await prices.put(tenant, { ...asked, ...name }, nobody);
  const affects = await affectedCalls(context.database, tenant, price);
  const lines = [`${created ? 'Set' : 'Replaced'}: ${priceText(price)}.`, ...affectedText(affects)];
  return { ok: true, lines, table: null, data: { tenant, created, ...priceJson(price), affects } };
}

/** Ends what holds now of what was set for a model, and drops what would hold later. */
export async function endPrice(context: CommandContext, args: unknown): Promise<CommandResult> {
  const { tenant, provider, model } = readArgs(namedSchema, args);
  const ended = await (await openPrices(context)).end(tenant, provider, model, nobody);
  const lines = [`Ended ${ended === 1 ? 'the price' : `${ended} prices`} of ${provider}/${model}.`, PAST];
  return { ok: true, lines, table: null, data: { tenant, provider, model, ended } };
}

const PAST = 'Calls that have a price keep it: see tollgate reprice.';

function affectedText({ calls }: AffectedCalls): string[] {
  if (calls === 0) return [];
  return [`${calls ?? 'An unknown number of'} charged calls of its time are stored. ${PAST}`];
}

/** The schemas of prices say what they expect and leave the word to whoever tells. */
function readPart<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error.issues, value, describeValue);
  const faults = problems.map(({ path, expected, found }) => `${path}: expected ${expected}, found ${found}`);
  throw new TollgateError('bad_parameter', faults.join('; '));
}

function priceText({ provider, model, from, to, mapsTo }: WrittenPrice): string {
  const holds = [from === null ? 'always so far' : `from ${from}`, ...(to === null ? [] : [`to ${to}`])];
  return `${provider}/${model}, ${mapsTo === null ? '' : `priced as ${mapsTo}, `}${holds.join(' ')}`;
}
