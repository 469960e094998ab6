import { countOf, fieldsOrEmpty, isFields, listOf, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';
import { sawOutput } from '../calls/operation.ts';
import type { Observation, Operation } from '../calls/operation.ts';
import { googleLimit } from '../calls/outputLimit.ts';
import { sumOf } from '../calls/tokenCounts.ts';
import type { TokenCounts } from '../calls/tokenCounts.ts';

const generateContent: Operation = {
  name: 'generate_content',
  request: {
    contents: ['contents', 'systemInstruction', 'system_instruction'],
    schemas: ['tools', 'generationConfig.responseSchema', 'generationConfig.responseJsonSchema'],
    remembered: ['cachedContent', 'cached_content'],
  },
  usageOnRequest: false,
  serviceTierAttribute: 'gen_ai.response.service_tier',
  readResponse(response, seen) {
    readGenerated(response, seen);
    seen.usageIsFinal = seen.usage !== null;
  },
  readEvent: readGenerated,
  countTokens,
  outputLimit: googleLimit,
  asksForCacheWrites: false,
};

/** Also the older models of Vertex AI, which make embeddings by `:predict`. */
export const googleEmbeddings: Operation = {
  ...generateContent,
  name: 'embeddings',
  request: { contents: ['content', 'requests', 'instances'], schemas: [], remembered: [] },
  readResponse: readEmbeddings,
  readEvent: readEmbeddings,
  outputLimit: null,
};

/** By what stands after the colon. `:countTokens` costs nothing; `:predict` of pictures and films counts no tokens. */
export const googleOperations: ReadonlyMap<string, Operation> = new Map([
  ['generateContent', generateContent],
  ['streamGenerateContent', generateContent],
  ['embedContent', googleEmbeddings],
  ['batchEmbedContents', googleEmbeddings],
]);

/** Each event has the usage so far; the one that says why the answer ends has all of it, unless it comes behind that. */
function readGenerated(response: Fields, seen: Observation): void {
  seen.responseId ??= textOf(response['responseId']);
  seen.responseModel ??= textOf(response['modelVersion']);
  for (const candidate of listOf(response['candidates'])) readCandidate(candidate, seen);
  // A prompt that is blocked has no candidate, and is billed all the same.
  const blocked = textOf(fieldsOrEmpty(response['promptFeedback'])['blockReason']);
  if (blocked !== null) seen.finishReasons.push(blocked);
  const usage = response['usageMetadata'];
  if (!isFields(usage)) return;
  seen.usage = { ...seen.usage, ...usage };
  seen.serviceTier = tierOf(usage) ?? seen.serviceTier;
  seen.usageIsFinal = seen.finishReasons.length > 0;
}

function readCandidate(candidate: Fields, seen: Observation): void {
  for (const part of listOf(fieldsOrEmpty(candidate['content'])['parts'])) {
    sawOutput(seen, part['text']);
    const call = part['functionCall'];
    if (isFields(call)) sawOutput(seen, JSON.stringify(call['args'] ?? {}));
  }
  const reason = textOf(candidate['finishReason']);
  if (reason !== null) seen.finishReasons.push(reason);
}

/** Vertex AI counts each text apart. Gemini's API counts nothing for older models. */
function readEmbeddings(response: Fields, seen: Observation): void {
  const counts = listOf(response['predictions']).map((each) =>
    countOf(fieldsOrEmpty(fieldsOrEmpty(each['embeddings'])['statistics'])['token_count']),
  );
  const total = sumOf(...counts);
  if (total !== undefined) seen.usage = { promptTokenCount: total };
  if (isFields(response['usageMetadata'])) seen.usage = response['usageMetadata'];
  seen.usageIsFinal = seen.usage !== null;
}

/** Vertex AI says by which traffic a request was served, where Gemini's API names the tier. */
function tierOf(usage: Fields): string | null {
  const traffic = textOf(usage['trafficType'])?.toLowerCase() ?? null;
  return textOf(usage['serviceTier'])?.toLowerCase() ?? traffic?.replace(/^on_demand_(?=flex$|priority$)/, '') ?? null;
}

/**
 * What was cached is a part of the prompt; thoughts stand beside the candidates, and what tools brought in beside the prompt.
 * Searches are not counted: 1,500 or 5,000 of a day or month are free, so that none has a price of its own.
 */
function countTokens(usage: Fields): TokenCounts {
  const prompt = modalitiesOf(usage['promptTokensDetails']);
  const tools = modalitiesOf(usage['toolUsePromptTokensDetails']);
  const cached = modalitiesOf(usage['cacheTokensDetails']);
  const answer = modalitiesOf(usage['candidatesTokensDetails']);
  return {
    input: sumOf(countOf(usage['promptTokenCount']), countOf(usage['toolUsePromptTokenCount'])),
    output: sumOf(countOf(usage['candidatesTokenCount']), countOf(usage['thoughtsTokenCount'])),
    cacheRead: countOf(usage['cachedContentTokenCount']),
    reasoning: countOf(usage['thoughtsTokenCount']),
    audioInput: sumOf(prompt.get('AUDIO'), tools.get('AUDIO')),
    audioOutput: answer.get('AUDIO'),
    audioCacheRead: cached.get('AUDIO'),
    // A cached picture costs what other cached tokens do, and is among them.
    imageInput: without(sumOf(prompt.get('IMAGE'), tools.get('IMAGE')), cached.get('IMAGE')),
    imageOutput: answer.get('IMAGE'),
  };
}

/** Tokens by modality: `TEXT`, `IMAGE`, `AUDIO`, and `VIDEO` and `DOCUMENT`, which cost what text does. */
export function modalitiesOf(details: unknown, name = 'tokenCount'): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const each of listOf(details)) {
    const modality = textOf(each['modality'])?.toUpperCase() ?? '';
    const count = countOf(each[name]);
    if (count !== undefined) counts.set(modality, (counts.get(modality) ?? 0) + count);
  }
  return counts;
}

export function without(whole: number | undefined, part: number | undefined): number | undefined {
  return whole === undefined ? undefined : Math.max(0, whole - (part ?? 0));
}
