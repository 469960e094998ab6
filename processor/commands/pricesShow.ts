import { z } from 'zod';
import { explainPrice, explanationLines } from '../../src/pricing/explain.ts';
import { emptyUsage, otherBuckets, type OtherBucket, TOKENS_PER_BUCKET_MAX, type Usage } from '../../src/usage.ts';
import { INSTANT_EXPECTED, readPriceInstant } from '../prices/instantOfPrice.ts';
import { MODEL_CHARS_MAX, PROVIDER_CHARS_MAX } from '../prices/priceSchema.ts';
import { type CommandContext, type CommandResult, nameSchema, openPrices, readArgs } from './command.ts';

/** What a command line calls the buckets whose own names are long. */
const shortNames: ReadonlyMap<string, string> = new Map([
  ['input', 'input_uncached'],
  ['web_search', 'web_search_requests'],
]);
const plainBuckets = Object.keys(emptyUsage).filter((name) => name !== 'other');
const bucketNames: readonly string[] = [...plainBuckets, ...otherBuckets];

/** `input=1000,output=500`; undefined for anything else. */
function readUsage(text: string): Usage | undefined {
  const counts = new Map<string, number>();
  for (const part of text.split(',')) {
    const [, said = '', count = ''] = /^\s*(\w+)=(\d+)\s*$/.exec(part) ?? [];
    const name = shortNames.get(said) ?? said;
    if (!bucketNames.includes(name) || counts.has(name) || Number(count) > TOKENS_PER_BUCKET_MAX) return undefined;
    counts.set(name, Number(count));
  }
  const others = otherBuckets.flatMap((name): [OtherBucket, number][] => {
    const count = counts.get(name);
    return count === undefined ? [] : [[name, count]];
  });
  return {
    input_uncached: counts.get('input_uncached') ?? null,
    cache_read: counts.get('cache_read') ?? null,
    cache_write_5m: counts.get('cache_write_5m') ?? null,
    cache_write_1h: counts.get('cache_write_1h') ?? null,
    output: counts.get('output') ?? null,
    reasoning: counts.get('reasoning') ?? null,
    other: Object.fromEntries(others),
  };
}

const USAGE_EXPECTED = `expected counts such as input=1000,cache_read=8000,output=500; the kinds are input, ${bucketNames
  .slice(1)
  .join(', ')}`;

const usageSchema = z.string().transform((text, context) => {
  const usage = readUsage(text);
  if (usage !== undefined) return usage;
  context.issues.push({ code: 'custom', input: text, message: USAGE_EXPECTED });
  return z.NEVER;
});

/** ISO 8601 as prices take it, in milliseconds. */
export const momentSchema = z.string().transform((text, context) => {
  const instant = readPriceInstant(text);
  if (instant !== null) return Date.parse(instant);
  context.issues.push({ code: 'custom', input: text, message: `expected ${INSTANT_EXPECTED}` });
  return z.NEVER;
});

const FACT_CHARS_MAX = 64;

function shortText(charsMax: number) {
  const error = `expected 1 to ${charsMax} characters, none of them a control character`;
  return z.string({ error }).regex(new RegExp(`^\\P{Cc}{1,${charsMax}}$`, 'u'), { error });
}

/** As spans write them: in any case. */
const factSchema = shortText(FACT_CHARS_MAX)
  .transform((said) => said.toLowerCase())
  .nullable()
  .default(null);

const argsSchema = z.strictObject({
  tenant: nameSchema,
  provider: shortText(PROVIDER_CHARS_MAX).nullable(),
  model: shortText(MODEL_CHARS_MAX),
  at: momentSchema.nullable(),
  usage: usageSchema.nullable(),
  tier: factSchema,
  inference_geo: factSchema,
  speed: factSchema,
  search_context_size: factSchema,
});

/** Which price a model has, and layer by layer why. Not in order where nobody can price it. */
export async function showPrice(context: CommandContext, args: unknown): Promise<CommandResult> {
  const wanted = readArgs(argsSchema, args);
  const snapshot = await (await openPrices(context)).refresh();
  const { provider, model, usage, tier: serviceTier } = wanted;
  const { inference_geo: inferenceGeo, speed, search_context_size: searchContextSize } = wanted;
  const hasFacts = inferenceGeo !== null || speed !== null || searchContextSize !== null;
  const priceFacts = hasFacts ? { inferenceGeo, speed, searchContextSize } : null;
  const atMs = wanted.at ?? context.now().getTime();
  const asked = { provider, model, atMs, usage, serviceTier, priceFacts };
  const explained = explainPrice(snapshot.pricing, asked, snapshot.overridesOf(wanted.tenant));
  return { ok: explained.price !== null, lines: explanationLines(explained), table: null, data: explained };
}
