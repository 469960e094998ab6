import type { Dialect } from './dialect.ts';
import { at, text } from './fields.ts';
import { leaf } from './json.ts';
import { dropEmptyWriteTotal, fillCounts, type Place } from './places.ts';
import { tariffOfText } from './priceFacts.ts';
import { readReprObject } from './pythonRepr.ts';
import { readReportedCost } from './reportedCost.ts';

const operationByKind: ReadonlyMap<string, string> = new Map([
  ['llm', 'chat'],
  ['embedding', 'embeddings'],
  ['tool', 'execute_tool'],
  ['retriever', 'retrieval'],
  ['chain', 'chain'],
  ['prompt', 'prompt'],
]);

const totals: readonly Place[] = [
  [['input_tokens'], 'input'],
  [['output_tokens'], 'output'],
  [['total_tokens'], 'total'],
];
const inputDetails: readonly Place[] = [
  [['cache_read'], 'cacheRead'],
  [['cache_creation'], 'cacheWrite'],
  [['ephemeral_5m_input_tokens'], 'cacheWrite5m'],
  [['ephemeral_1h_input_tokens'], 'cacheWrite1h'],
  // The JavaScript wrapper of Anthropic's client.
  [['ephemeral_1hr_input_tokens'], 'cacheWrite1h'],
  [['audio'], 'audioInput'],
];
const outputDetails: readonly Place[] = [
  [['reasoning'], 'reasoning'],
  [['audio'], 'audioOutput'],
];
const inMetadata = (detail: string, places: readonly Place[]): readonly Place[] =>
  places.map(([path, name]) => [[detail, ...path], name]);
const metadataPlaces: readonly Place[] = [
  ...totals,
  ...inMetadata('input_token_details', inputDetails),
  ...inMetadata('output_token_details', outputDetails),
];

/** The answer, the provider's own usage inside it. Anybody may write it, so that it is no mark of LangSmith's. */
const COMPLETION = 'gen_ai.completion';

/** LangSmith's export of LangChain's runs, JavaScript (JSON inside) and Python (`str()` of a dictionary inside). */
export const langsmith: Dialect = {
  name: 'langsmith',
  vocabulary: {
    speaksOfLlm: true,
    aliases: {
      // The conventions' provider is guessed from the model's name here; this one is the chat class's own.
      provider: ['langsmith.metadata.ls_provider'],
      langsmithSpanKind: ['langsmith.span.kind'],
      langsmithUsageMetadata: ['langsmith.usage_metadata', 'langsmith.metadata.usage_metadata'],
      langsmithInputDetails: ['gen_ai.usage.input_token_details'],
      langsmithOutputDetails: ['gen_ai.usage.output_token_details'],
    },
  },
  recognises: (_span, found, bit) => (found.vocabularies & bit) !== 0,
  operation: (found) => operationByKind.get(text(found, at.langsmithSpanKind) ?? '') ?? null,
  own: (_span, found) => ({
    reportedCostFemtoUsd: readReportedCost(leaf(readReprObject(found.values[at.langsmithUsageMetadata]), 'total_cost')),
  }),
  readJson: (found, counts, span) => {
    const metadata = readReprObject(found.values[at.langsmithUsageMetadata]);
    fillCounts(counts, readReprObject(found.values[at.langsmithInputDetails]), inputDetails, 'input_token_details');
    fillCounts(counts, readReprObject(found.values[at.langsmithOutputDetails]), outputDetails, 'output_token_details');
    fillCounts(counts, metadata, metadataPlaces, 'langsmith.usage_metadata');
    dropEmptyWriteTotal(counts);
    return { tariff: tariffOfText(span.attributes.get(COMPLETION)) };
  },
};
