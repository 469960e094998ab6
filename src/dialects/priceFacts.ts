import { cleanDimension } from '../attribution/cleanDimension.ts';
import type { PriceFacts } from '../call.ts';
import type { AttributeValue } from '../span.ts';
import type { JsonFacts, Tariff } from './dialect.ts';
import { at, type Found } from './fields.ts';
import { readUsageCost } from './reportedCost.ts';
import { child, leaf, readJsonObject, readLastObjectOf, readLastTextOf, type JsonObject } from './json.ts';

/** A longer name is nobody's; it is cut and keeps its hash, so that it is none of the known ones. */
const NAME_CHARS_MAX = 64;

/** Vertex AI's `trafficType`, where it is not the tier's own name. */
const tierOfTraffic: ReadonlyMap<string, string | null> = new Map([
  ['on_demand_flex', 'flex'],
  ['on_demand_priority', 'priority'],
  ['traffic_type_unspecified', null],
]);

export const noTariff: Tariff = { serviceTier: null, priceFacts: null, reportedCostFemtoUsd: null };

/** A name by which prices are told apart: emitters write them in either case. */
export function readPriceName(value: AttributeValue | undefined): string | null {
  if (value === undefined || value === null) return null;
  return cleanDimension(value, NAME_CHARS_MAX)?.toLowerCase() ?? null;
}

/** Null where nothing is said. */
export function priceFactsOf(
  inferenceGeo: string | null,
  speed: string | null,
  searchContextSize: string | null = null,
): PriceFacts | null {
  if (inferenceGeo === null && speed === null && searchContextSize === null) return null;
  return { inferenceGeo, speed, searchContextSize };
}

/** Of a span: attributes go before what stands in JSON, and the answer before the request, fact by fact. */
export function readPriceFacts({ values }: Found, { tariff, askedTariff }: JsonFacts): PriceFacts | null {
  const inferenceGeo = values[at.inferenceGeo];
  const speed = values[at.speed];
  const searchContextSize = values[at.searchContextSize];
  const inJson = factsOr(tariff?.priceFacts ?? null, askedTariff?.priceFacts ?? null);
  if (inferenceGeo === undefined && speed === undefined && searchContextSize === undefined) return inJson;
  return factsOr(
    priceFactsOf(readPriceName(inferenceGeo), readPriceName(speed), readPriceName(searchContextSize)),
    inJson,
  );
}

/**
 * Of an answer as the provider gave it: OpenAI names the tier beside the usage, Anthropic and Google inside it, Bedrock's
 * Converse in an object of its own.
 */
export function tariffOf(answer: JsonObject | null): Tariff {
  if (answer === null) return noTariff;
  const usage = child(answer, 'usage');
  const inUsage = usage === null ? noTariff : tariffOfUsage(usage);
  return {
    serviceTier:
      inUsage.serviceTier ??
      tierIn(answer) ??
      readPriceName(leaf(child(answer, 'serviceTier'), 'type')) ??
      trafficTierOf(child(answer, 'usageMetadata') ?? child(answer, 'usage_metadata')),
    priceFacts: inUsage.priceFacts,
    reportedCostFemtoUsd: inUsage.reportedCostFemtoUsd ?? readUsageCost(answer),
  };
}

/** Of a usage object alone. */
export function tariffOfUsage(usage: JsonObject | null): Tariff {
  if (usage === null) return noTariff;
  return {
    serviceTier: tierIn(usage) ?? trafficTierOf(usage),
    priceFacts: priceFactsOf(
      readPriceName(leaf(usage, 'inference_geo')),
      readPriceName(leaf(usage, 'speed')),
      readPriceName(leaf(usage, 'search_context_size')),
    ),
    reportedCostFemtoUsd: readUsageCost(usage),
  };
}

/**
 * Of an answer whose text is too long to be parsed for it: the last `usage` of it, and the last `service_tier` with a text
 * for its value. Content cannot pose as either, as the quotes in it are escaped. The usage is parsed where it says more than
 * counts and the tier: that takes 3 µs, and hardly any does.
 */
export function tariffOfText(answer: AttributeValue | undefined): Tariff {
  if (typeof answer !== 'string') return noTariff;
  const place = answer.lastIndexOf('"usage"');
  const tellsMore = place !== -1 && TOLD.test(answer.slice(place, place + USAGE_CHARS_MAX));
  const told = tellsMore ? tariffOfUsage(readLastObjectOf(answer, 'usage')) : noTariff;
  return {
    serviceTier: readPriceName(readLastTextOf(answer, 'service_tier')),
    priceFacts: told.priceFacts,
    reportedCostFemtoUsd: told.reportedCostFemtoUsd,
  };
}

/** Longer than any provider's usage. */
const USAGE_CHARS_MAX = 2_048;
const TOLD = /"(?:(?:inference_geo|speed|search_context_size)"\s{0,8}:\s{0,8}"|cost)/;

/** What a request's own parameters ask for, as OpenInference and Langfuse write them: of use where no answer says it. */
export function tariffAsked(parameters: AttributeValue | undefined): Tariff {
  if (typeof parameters !== 'string' || !ASKED.test(parameters)) return noTariff;
  const body = readJsonObject(parameters);
  return {
    serviceTier: tierIn(body),
    priceFacts: priceFactsOf(
      readPriceName(leaf(body, 'inference_geo')),
      readPriceName(leaf(body, 'speed')),
      readPriceName(leaf(child(body, 'web_search_options'), 'search_context_size')),
    ),
    reportedCostFemtoUsd: null,
  };
}

const ASKED = /"(?:service_tier|inference_geo|speed|search_context_size)"/;

/** The first tariff, with what it leaves open from the second. */
export function tariffOr(first: Tariff, second: Tariff): Tariff {
  if (first === noTariff) return second;
  if (second === noTariff) return first;
  return {
    serviceTier: first.serviceTier ?? second.serviceTier,
    priceFacts: factsOr(first.priceFacts, second.priceFacts),
    reportedCostFemtoUsd: first.reportedCostFemtoUsd ?? second.reportedCostFemtoUsd,
  };
}

function factsOr(first: PriceFacts | null, second: PriceFacts | null): PriceFacts | null {
  if (first === null || second === null) return first ?? second;
  return {
    inferenceGeo: first.inferenceGeo ?? second.inferenceGeo,
    speed: first.speed ?? second.speed,
    searchContextSize: first.searchContextSize ?? second.searchContextSize,
  };
}

function tierIn(object: JsonObject | null): string | null {
  return readPriceName(leaf(object, 'service_tier') ?? leaf(object, 'serviceTier'));
}

/** Google says by which traffic a request was served; the quota that was paid for beforehand is a tier without prices here. */
function trafficTierOf(usage: JsonObject | null): string | null {
  const traffic = readPriceName(leaf(usage, 'trafficType') ?? leaf(usage, 'traffic_type'));
  const tier = traffic === null ? undefined : tierOfTraffic.get(traffic);
  return tier === undefined ? traffic : tier;
}
