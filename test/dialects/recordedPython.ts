import {
  agrees,
  by,
  cacheLost,
  cacheMayBeMissing,
  cacheNotTold,
  figures,
  hourNotTold,
  refused,
  silent,
  twice,
  type Deviation,
  type Expectation,
} from './recordedDeviations.ts';

const weather = by('weather / ada / conversation-1');
const researcher = by('researcher / ada / session-1');
const nobodysAgent = by('– / ada / session-1');
const ownTrace = 'the client’s span is in a trace of its own, and the stream’s names no answer';
const allCacheNotTold = (calls: number): Readonly<Record<number, Deviation>> =>
  Object.fromEntries(Array.from({ length: calls }, (_, place) => [place, cacheNotTold]));

/** By the 1 token that Anthropic's first event announces. */
const oneTooMany: Deviation = {
  status: 'estimated',
  reads: (billed) => ({ output: (billed.output ?? 0) + 1 }),
  reason: 'a stream’s output is too high by the count that its first event announces',
};

const writesAsZero: Deviation = {
  status: 'lossy',
  reads: (billed) => ({
    input_uncached: (billed.input_uncached ?? 0) + (billed.cache_write_5m ?? 0) + (billed.cache_write_1h ?? 0),
    cache_write_5m: null,
    cache_write_1h: null,
  }),
  reason: 'cache writes are told as 0 and stand among the other input',
};

const unknownProvider = agrees('unknown_provider', 'the figures are the bill’s; the provider is not named');

/** What the recordings of Python leave on the books. */
export const recordedPython: Readonly<Record<string, Expectation>> = {
  'adk-python/gemini': by('researcher / – / session-1'),
  'adk-python/gemini-v1': by('researcher / – / session-1'),
  'adk-python/litellm': by('researcher / – / session-1'),
  'agent-framework/anthropic': by('researcher / – / –'),
  'agent-framework/openai-chat': by('researcher / – / –'),
  'agent-framework/openai-responses': by('researcher / – / –'),
  'anthropic-python/messages': { ...weather, beside: [refused] },
  'bedrock-python/contrib': {
    ...weather,
    deviations: { 0: agrees('lossy', 'the figures are the bill’s; cache reads are not told'), 2: cacheLost },
  },
  'bedrock-python/openinference': weather,
  'bedrock-python/traceloop': { ...weather, deviations: { 2: cacheLost } },
  'crewai/crew': by('researcher._execute_core / ada / session-1'),
  'gemini-python/contrib': weather,
  'gemini-python/openinference': weather,
  'gemini-python/traceloop': weather,
  'genai-python/anthropic': { ...weather, deviations: { 1: hourNotTold } },
  'genai-python/anthropic-twice': weather,
  'genai-python/openai': weather,
  'langchain-python/anthropic': nobodysAgent,
  'langchain-python/anthropic-twice': {
    ...by('– / ada / session-1', '– / – / –'),
    beside: [twice('priced', '22 / 2048 / 256 / – / 32', ownTrace)],
  },
  'langchain-python/genai': { ...by('– / – / session-1'), deviations: { 3: hourNotTold } },
  'langchain-python/genai-twice': by('– / – / session-1'),
  'langchain-python/openai': nobodysAgent,
  'langchain-python/openai-twice': {
    ...nobodysAgent,
    beside: [twice('priced', '101 / 1152 / – / – / 81', ownTrace)],
  },
  'langchain-python/traceloop': {
    ...by('weather / ada / session-1'),
    deviations: { 2: writesAsZero, 3: writesAsZero },
  },
  'langchain-python/traceloop-twice': by('weather / ada / session-1'),
  'langfuse-python/openai': { ...researcher, deviations: { 3: unknownProvider } },
  'langfuse-python/openai-v3': { ...researcher, deviations: { 3: unknownProvider } },
  'langsmith-python/otel': { ...nobodysAgent, deviations: { 3: hourNotTold } },
  'litellm/proxy': { ...weather, ownIds: /^chatcmpl-[\da-f]{8}-/ },
  'litellm/proxy-with-keys': { ...weather, ownIds: /^chatcmpl-[\da-f]{8}-/ },
  'litellm/sdk': {
    ...by('– / ada / –'),
    ownIds: /^(?:chatcmpl-)?[\da-f]{8}-/,
    deviations: { 3: silent('a stream whose provider gives no usage has zeros'), 5: unknownProvider },
  },
  'logfire/openai-and-anthropic': by('– / ada / –'),
  'openai-agents-python/genai': {
    by: [],
    unseen: { 0: 'calls to the model have no span', 1: 'calls to the model have no span' },
  },
  'openai-agents-python/genai-with-openai': by('researcher / – / session-1'),
  'openai-agents-python/openinference-chat': { ...by('researcher / – / –'), deviations: allCacheNotTold(2) },
  'openai-agents-python/openinference-responses': by('researcher / – / –'),
  'openai-v2-python/calls': {
    ...weather,
    deviations: {
      0: cacheMayBeMissing,
      1: cacheNotTold,
      2: cacheMayBeMissing,
      3: silent('the span of a stream has no usage unless the application asks for it'),
    },
    unseen: { 5: 'Responses have no span' },
  },
  'openinference-python/anthropic': researcher,
  'openinference-python/anthropic-twice': researcher,
  'openinference-python/openai': researcher,
  'openlit-python/anthropic': { ...by('– / – / –'), deviations: { 1: hourNotTold } },
  'openlit-python/openai': {
    ...by('– / ada / –'),
    deviations: {
      2: figures('estimated', { input_uncached: 17, output: 79 }, 'the usage of a stream is guessed from its text'),
    },
  },
  'pydantic-ai/anthropic': by('researcher / – / …'),
  'pydantic-ai/anthropic-twice': by('researcher / – / …'),
  'pydantic-ai/anthropic-usage-on-run': by('researcher / – / …'),
  'pydantic-ai/openai': by('researcher / – / …'),
  'pydantic-ai/openai-responses': by('researcher / – / …'),
  'semantic-kernel/agent': { ...by('researcher / – / –'), deviations: allCacheNotTold(4) },
  'smolagents/planning': { ...by('researcher.run / ada / session-1'), deviations: allCacheNotTold(2) },
  'smolagents/planning-twice': by('researcher.run / ada / session-1'),
  'strands-python/anthropic': researcher,
  'strands-python/openai': researcher,
  'traceloop-python/anthropic': { ...researcher, deviations: { 1: hourNotTold, 2: oneTooMany, 3: oneTooMany } },
  'traceloop-python/anthropic-twice': researcher,
  'traceloop-python/openai': {
    ...researcher,
    deviations: { 3: silent('the span of a stream has no usage unless the application asks for it') },
  },
};
