import type { Counts } from './counts.ts';
import { totalOfCosts } from './costDetails.ts';
import type { Dialect } from './dialect.ts';
import { at, text, type Found } from './fields.ts';
import { readJsonObject } from './json.ts';
import { addUsageDetails } from './langfuseUsage.ts';
import { tariffAsked } from './priceFacts.ts';

const operationByType: ReadonlyMap<string, string> = new Map([
  ['generation', 'chat'],
  ['embedding', 'embeddings'],
  ['agent', 'invoke_agent'],
  ['tool', 'execute_tool'],
  ['retriever', 'retrieval'],
  ['chain', 'chain'],
  ['guardrail', 'guardrail'],
  ['evaluator', 'evaluator'],
]);

/** Langfuse's SDKs, and spans whose usage somebody wrote in Langfuse's names. */
export const langfuse: Dialect = {
  name: 'langfuse',
  vocabulary: {
    speaksOfLlm: true,
    aliases: {
      requestModel: ['langfuse.observation.model.name'],
      langfuseUsageDetails: ['langfuse.observation.usage_details'],
      langfuseCostDetails: ['langfuse.observation.cost_details'],
      langfuseParameters: ['langfuse.observation.model.parameters'],
    },
  },
  ownsScope: (name) => name === 'langfuse-sdk',
  recognises: (_span, found, bit) => (found.vocabularies & bit) !== 0,
  operation: (found) => operationByType.get(text(found, at.langfuseObservationType) ?? '') ?? null,
  own: (_span, found) => ({
    reportedCostFemtoUsd: totalOfCosts(readJsonObject(found.values[at.langfuseCostDetails])),
  }),
  readJson: (found, counts) => {
    const askedTariff = tariffAsked(found.values[at.langfuseParameters]);
    if (!isFree(counts)) return { askedTariff };
    const details = readJsonObject(found.values[at.langfuseUsageDetails]);
    return details === null
      ? { askedTariff }
      : { askedTariff, lossy: !addUsageDetails(details, counts, isOfAnthropic(found)) };
  },
};

/** Attributes of the conventions come first; of two sets of counts neither fills the other's gaps. */
function isFree(counts: Counts): boolean {
  return counts.input === null && counts.output === null;
}

/** Langfuse names no provider. */
function isOfAnthropic(found: Found): boolean {
  return /claude/i.test(text(found, at.responseModel) ?? text(found, at.requestModel) ?? '');
}
