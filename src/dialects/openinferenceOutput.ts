import { cleanDimension } from '../attribution/cleanDimension.ts';
import type { Counts } from './counts.ts';
import type { JsonFacts } from './dialect.ts';
import { at, text, type Found } from './fields.ts';
import { child, CONTENT_JSON_CHARS_MAX, leaf, objectAt, readJsonObject, type JsonObject } from './json.ts';
import { dropEmptyWriteTotal, fillCounts, type Place } from './places.ts';
import { tariffOf, tariffOfText, tariffOr } from './priceFacts.ts';
import { readProvider } from './provider.ts';
import { addProviderUsage } from './providerUsage.ts';

const LANGCHAIN_JS = '@arizeai/openinference-instrumentation-langchain';
const langchainScopes: ReadonlySet<string> = new Set([LANGCHAIN_JS, 'openinference.instrumentation.langchain']);

const bedrockScopes: ReadonlySet<string> = new Set([
  '@arizeai/openinference-instrumentation-bedrock',
  'openinference.instrumentation.bedrock',
]);

const usageMetadata: readonly Place[] = [
  [['input_tokens'], 'input'],
  [['output_tokens'], 'output'],
  [['total_tokens'], 'total'],
  [['input_token_details', 'cache_read'], 'cacheRead'],
  [['input_token_details', 'cache_creation'], 'cacheWrite'],
  [['input_token_details', 'ephemeral_5m_input_tokens'], 'cacheWrite5m'],
  [['input_token_details', 'ephemeral_1h_input_tokens'], 'cacheWrite1h'],
  [['output_token_details', 'reasoning'], 'reasoning'],
];

/** An answer as OpenAI, Anthropic or OpenRouter gave it, whose id is their own: anything else may be the application's. */
const ANSWER_ID = /^\[?\{(?:"model":"[^"]{1,128}",)?"id":"((?:chatcmpl-|cmpl-|resp_|msg_|gen-)[\w-]{4,128})"/;
/** What the expression can span. */
const ANSWER_HEAD_CHARS = 320;
/** A stream that Python put together again has its choices first, so its id is behind all of the content. */
const CHOICES_FIRST = '{"choices": [';
const CHAT_ID = /^chatcmpl-[\w-]{4,128}$/;

/**
 * What OpenInference leaves in `output.value` alone: LangChain's cache writes and ids, Bedrock's cache, the id of any other
 * answer, and how long Anthropic's cache writes live. Only these are parsed.
 */
export function readOutput(found: Found, counts: Counts, scope: string): JsonFacts {
  if (langchainScopes.has(scope)) return readLangchain(found, counts, scope);
  if (bedrockScopes.has(scope)) return readBedrock(found, counts);
  const output = text(found, at.outputValue);
  if (output === null) return {};
  const responseId = ANSWER_ID.exec(output.slice(0, ANSWER_HEAD_CHARS))?.[1] ?? idBehindChoices(output);
  if (responseId !== null && (counts.cacheWrite ?? 0) > 0) {
    addProviderUsage(readJsonObject(output, CONTENT_JSON_CHARS_MAX), counts, 'output.value');
  }
  return { tariff: tariffOfText(output), responseId };
}

function idBehindChoices(output: string): string | null {
  if (!output.startsWith(CHOICES_FIRST)) return null;
  const id = leaf(readJsonObject(output, CONTENT_JSON_CHARS_MAX), 'id');
  return typeof id === 'string' && CHAT_ID.test(id) ? id : null;
}

function readLangchain(found: Found, counts: Counts, scope: string): JsonFacts {
  const output = readJsonObject(found.values[at.outputValue], CONTENT_JSON_CHARS_MAX);
  // JavaScript and Python alike write a message's fields under `kwargs`.
  const serialised = objectAt(output, ['generations', 0, 0, 'message']);
  const message = child(serialised, 'kwargs');
  const answer = child(message, 'response_metadata');
  const llmOutput = child(output, 'llmOutput') ?? child(output, 'llm_output');
  fillCounts(counts, child(message, 'usage_metadata'), usageMetadata, 'output.value usage_metadata');
  addProviderUsage(answer, counts, 'output.value');
  dropEmptyWriteTotal(counts);
  return {
    provider: readProvider(leaf(answer, 'model_provider') ?? undefined),
    responseId: cleanDimension(leaf(answer, 'id') ?? leaf(llmOutput, 'id') ?? providerId(leaf(message, 'id'))),
    responseModel: cleanDimension(leaf(answer, 'model_name') ?? leaf(answer, 'model')),
    tariff: tariffOr(tariffOf(answer), tariffOf(llmOutput)),
    // To a stream's output LangChain for JavaScript adds the count that Anthropic's first event announces.
    estimated: scope === LANGCHAIN_JS && leaf(answer, 'model_provider') === 'anthropic' && isStreamed(serialised),
  };
}

/** The message's class, the last part of its LangChain id, is that of a chunk. */
function isStreamed(serialised: JsonObject | null): boolean {
  const id = serialised?.['id'];
  return Array.isArray(id) && id[id.length - 1] === 'AIMessageChunk';
}

function readBedrock(found: Found, counts: Counts): JsonFacts {
  const answer = readJsonObject(found.values[at.outputValue], CONTENT_JSON_CHARS_MAX);
  addProviderUsage(answer, counts, 'output.value');
  return { tariff: tariffOf(answer), requestId: cleanDimension(leaf(child(answer, '$metadata'), 'requestId')) };
}

/** LangChain numbers a message itself where the provider gave no id: `run-…`, `lc_run-…`. */
function providerId(id: ReturnType<typeof leaf>): ReturnType<typeof leaf> {
  return typeof id === 'string' && /^(?:lc_)?run-/.test(id) ? null : id;
}
