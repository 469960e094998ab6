import type { Attributes } from '@opentelemetry/api';
import { readReportedCost } from '../../src/dialects/reportedCost.ts';
import { formatUsd } from '../../src/money.ts';
import { countOf, fieldsOrEmpty, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';

/** What decides a call's price beside model and usage, under the names that the policy API gives it. */
export interface PriceFacts {
  readonly service_tier?: string;
  /** Anthropic: where the model runs. */
  readonly inference_geo?: string;
  /** Anthropic: `fast` has prices of its own. */
  readonly speed?: string;
  /** Perplexity: by which its fee for a request goes. */
  readonly search_context_size?: string;
}

/** As the request asks for them. */
export function askedFacts(body: Fields): PriceFacts {
  return factsOf(body, fieldsOrEmpty(body['web_search_options']));
}

/** As the provider's usage says that they were; the tier, where it stands beside the usage, as it was seen there. */
export function servedFacts(usage: Fields | null, serviceTier: string | null): PriceFacts {
  const facts = usage === null ? {} : factsOf(usage, usage);
  return serviceTier === null ? facts : { ...facts, service_tier: serviceTier };
}

function factsOf(fields: Fields, searching: Fields): PriceFacts {
  const facts: { -readonly [Name in keyof PriceFacts]: string } = {};
  for (const name of ['service_tier', 'inference_geo', 'speed'] as const) {
    const value = textOf(fields[name]);
    if (value !== null) facts[name] = value;
  }
  // Gemini's spelling; what is not specified is the standard.
  const tier = textOf(fields['serviceTier'])?.toLowerCase() ?? 'unspecified';
  if (tier !== 'unspecified') facts.service_tier ??= tier;
  const size = textOf(searching['search_context_size']);
  if (size !== null) facts.search_context_size = size;
  return facts;
}

/** Providers whose answers say what the call cost; anybody else's figure is from a price list of somebody's. */
const costTellers: ReadonlySet<string> = new Set(['openrouter', 'perplexity', 'x_ai']);
/** xAI's unit, in which 10^10 are 1 USD. */
const TICKS_A_USD = 1e10;

/** USD; OpenRouter writes a number, Perplexity an object, xAI ticks. Undefined where it is not told. */
export function toldCost(provider: string, usage: Fields | null): number | undefined {
  if (usage === null || !costTellers.has(provider)) return undefined;
  const { cost } = usage;
  if (usage['is_byok'] === true) return costWithOwnKey(usage);
  const told = countOf(cost) ?? countOf(fieldsOrEmpty(cost)['total_cost']);
  const ticks = countOf(usage['cost_in_usd_ticks']);
  return told ?? (ticks === undefined ? undefined : ticks / TICKS_A_USD);
}

/** With a key of one's own OpenRouter's figure is its fee alone, which may be 0; the model is billed by its provider. */
function costWithOwnKey(usage: Fields): number | undefined {
  const fee = readReportedCost(countOf(usage['cost']));
  const upstream = readReportedCost(countOf(fieldsOrEmpty(usage['cost_details'])['upstream_inference_cost']));
  return fee === null || upstream === null ? undefined : Number(formatUsd(fee + upstream));
}

const requestAttributes: Readonly<Record<keyof PriceFacts, string>> = {
  service_tier: 'gen_ai.request.service_tier',
  inference_geo: 'anthropic.request.inference_geo',
  speed: 'anthropic.request.speed',
  search_context_size: 'tollgate.usage.search_context_size',
};

export const askedAttributes = (facts: PriceFacts): Attributes => attributesOf(facts, requestAttributes);

export const servedAttributes = (facts: PriceFacts, serviceTierAttribute: string): Attributes =>
  attributesOf(facts, {
    service_tier: serviceTierAttribute,
    inference_geo: 'anthropic.response.inference_geo',
    speed: 'anthropic.response.speed',
    search_context_size: 'tollgate.usage.search_context_size',
  });

function attributesOf(facts: PriceFacts, names: Readonly<Record<keyof PriceFacts, string>>): Attributes {
  const attributes: Attributes = {};
  for (const [fact, value] of Object.entries(facts)) attributes[names[fact as keyof PriceFacts]] = value;
  return attributes;
}
