import { cleanDimension } from '../attribution/cleanDimension.ts';
import { noHabits, type Dialect } from './dialect.ts';
import { at, text } from './fields.ts';
import { child, CONTENT_JSON_CHARS_MAX, leaf, objectAt, readJsonObject } from './json.ts';
import { fillCounts, type Place } from './places.ts';
import { tariffOf } from './priceFacts.ts';
import { readProvider } from './provider.ts';
import { addProviderUsage } from './providerUsage.ts';

const SCOPE = 'genkit-tracer';
const operationBySubtype: ReadonlyMap<string, string> = new Map([
  ['model', 'chat'],
  ['embedder', 'embeddings'],
  ['flow', 'invoke_workflow'],
  ['agent', 'invoke_agent'],
  ['tool', 'execute_tool'],
  ['retriever', 'retrieval'],
  ['prompt', 'prompt'],
]);

const usagePlaces: readonly Place[] = [
  [['inputTokens'], 'input'],
  [['outputTokens'], 'output'],
  [['totalTokens'], 'total'],
  [['thoughtsTokens'], 'reasoning'],
  [['cachedContentTokens'], 'cacheRead'],
  [['custom', 'cache_read_input_tokens'], 'cacheRead'],
  [['custom', 'cache_creation_input_tokens'], 'cacheWrite'],
  [['custom', 'ephemeral_5m_input_tokens'], 'cacheWrite5m'],
  [['custom', 'ephemeral_1h_input_tokens'], 'cacheWrite1h'],
];

/** Genkit: everything that costs stands in the JSON of a model action's output. `generate` spans repeat it and are not read. */
export const genkit: Dialect = {
  name: 'genkit',
  vocabulary: {
    speaksOfLlm: true,
    aliases: {
      genkitSubtype: ['genkit:metadata:subtype'],
      genkitName: ['genkit:name'],
      genkitOutput: ['genkit:output'],
    },
  },
  ownsScope: (name) => name === SCOPE,
  recognises: (_span, found) => found.values[at.genkitSubtype] !== undefined,
  operation: (found) => operationBySubtype.get(text(found, at.genkitSubtype) ?? '') ?? null,
  callNeedsUsage: (found) => !isPaidAction(text(found, at.genkitSubtype)),
  own: (_span, found) => {
    const name = text(found, at.genkitName);
    if (name === null || !isPaidAction(text(found, at.genkitSubtype))) return {};
    const slash = name.indexOf('/');
    return {
      provider: slash === -1 ? null : readProvider(name.slice(0, slash)),
      requestModel: cleanDimension(name.slice(slash + 1)),
    };
  },
  readJson: (found, counts) => {
    if (text(found, at.genkitSubtype) !== 'model') return {};
    const output = readJsonObject(found.values[at.genkitOutput], CONTENT_JSON_CHARS_MAX);
    // Plugins put the provider's answer into `raw`, `custom` or both.
    const answer = child(output, 'raw') ?? child(output, 'custom');
    fillCounts(counts, objectAt(output, ['usage']), usagePlaces, 'genkit:output usage');
    addProviderUsage(answer, counts, 'genkit:output raw');
    return {
      tariff: tariffOf(answer),
      responseId: cleanDimension(leaf(answer, 'id') ?? leaf(answer, 'responseId')),
      responseModel: cleanDimension(leaf(answer, 'model') ?? leaf(answer, 'modelVersion')),
    };
  },
  habits: (_span, _found, family) => ({
    ...noHabits,
    isKnown: true,
    cache: family === 'bedrock' ? null : family === 'anthropic' ? 'exclusive' : 'inclusive',
    outputWithoutReasoning: family === 'google',
  }),
};

function isPaidAction(subtype: string | null): boolean {
  return subtype === 'model' || subtype === 'embedder';
}
