import {
  agrees,
  by,
  cacheLost,
  cacheMayBeMissing,
  cacheNotTold,
  failed,
  figures,
  hourNotTold,
  refused,
  silent,
  thoughtsLost,
  twice,
  type Deviation,
  type Expectation,
} from './recordedDeviations.ts';

const aiSdkCalls = by(
  ...['agent', 'answer', 'extract', 'index', 'talk'].map((one) => `${one} / user-4 / conversation-4`),
);
const aiSdkTexts = by('answer / user-4 / conversation-4', 'talk / user-4 / conversation-4');
const madeUp = { ownIds: /^aitxt-/ };
const researcher = by('researcher / user-1 / conversation-1');
const planner = by('planner / user-2 / conversation-2');
const archivist = by('archivist / user-9 / conversation-9');
const agents = by('clerk / – / –', 'desk / – / –', 'writer / – / –');

/** Version 5 tells OpenAI's cached tokens of streams alone. */
const openaiOfVersion5: Readonly<Record<number, Deviation>> = {
  4: cacheNotTold,
  6: cacheMayBeMissing,
  7: cacheNotTold,
  8: cacheNotTold,
  9: cacheNotTold,
  10: cacheMayBeMissing,
};

/** From version 6 on it does of texts, but still not of objects. */
const objectsOfVersion6: Readonly<Record<number, Deviation>> = { 6: cacheMayBeMissing, 10: cacheMayBeMissing };

const metadataDeleted = 'the processor deletes `providerMetadata`, and with it the cache reads';
const streamWithoutUsage = silent('the span of a stream has no usage');
const embeddingWithoutUsage = silent('the span of an embedding has no usage');

/** A stream cut short: what was generated until then is billed, and not told. */
const outputNotTold: Deviation = {
  status: 'lossy',
  reads: () => ({ output: null, reasoning: null }),
  reason: 'the stream was cut short, so no output is told',
};

/** What the recordings of JavaScript leave on the books. */
export const recordedNode: Readonly<Record<string, Expectation>> = {
  'adk/agent': by('clerk / – / conversation-13'),
  'ai-sdk-v4/calls': {
    ...aiSdkCalls,
    deviations: {
      5: silent('the usage of a stream is NaN', 'inconsistent_usage'),
      10: silent('an answer that fits no schema is billed, and its span says nothing of it'),
    },
  },
  'ai-sdk-v4/google': {
    ...aiSdkTexts,
    ...madeUp,
    deviations: Object.fromEntries(
      [0, 1].map((place) => [
        place,
        {
          status: 'lossy',
          reads: (billed) => ({ ...cacheNotTold.reads(billed), ...thoughtsLost.reads(billed) }),
          reason: 'neither cached input nor thoughts are told',
        } satisfies Deviation,
      ]),
    ),
  },
  'ai-sdk-v5/calls': { ...aiSdkCalls, deviations: openaiOfVersion5 },
  'ai-sdk-v5/google': { ...aiSdkTexts, ...madeUp },
  'ai-sdk-v5/with-openinference': { ...aiSdkCalls, deviations: openaiOfVersion5 },
  'ai-sdk-v5/with-traceloop': {
    ...aiSdkCalls,
    deviations: {
      ...openaiOfVersion5,
      0: agrees('lossy', metadataDeleted),
      1: { status: 'lossy', reads: () => ({ cache_read: null }), reason: metadataDeleted },
      3: agrees('lossy', metadataDeleted),
    },
  },
  'ai-sdk-v6/calls': { ...aiSdkCalls, deviations: objectsOfVersion6 },
  'ai-sdk-v6/google': aiSdkTexts,
  'ai-sdk-v6/with-openinference': { ...aiSdkCalls, deviations: objectsOfVersion6 },
  'ai-sdk-v6/with-traceloop': {
    ...aiSdkCalls,
    deviations: { ...objectsOfVersion6, 3: agrees('lossy', metadataDeleted) },
  },
  'ai-sdk-v7/calls': {
    // `generateObject` takes no runtime context, and embeddings no function id.
    ...by(...['agent', 'answer', 'talk', '–'].map((one) => `${one} / user-4 / conversation-4`), 'extract / – / –'),
    deviations: {
      2: {
        status: 'lossy',
        reads: (billed) => ({ ...cacheNotTold.reads(billed), cache_read: 0 }),
        reason: 'the cache write of an object is not told from the rest',
      },
    },
  },
  'ai-sdk-v7/legacy': by(
    ...['agent', 'answer', 'index', 'talk'].map((one) => `${one} / user-4 / conversation-4`),
    'extract / – / –',
  ),
  'ai-sdk-v7/sub-agent': by('lead / user-4 / conversation-4', 'scout / user-4 / conversation-4'),
  'anthropic-native/faults': {
    ...researcher,
    deviations: { 1: outputNotTold, 2: outputNotTold, 3: outputNotTold },
    beside: [refused],
  },
  'anthropic-native/messages': { ...researcher, beside: [refused] },
  'aws-sdk/calls': {
    ...archivist,
    deviations: { 0: cacheLost, 1: cacheLost, 2: cacheMayBeMissing, 3: cacheLost },
  },
  'claude-code/logs-and-spans': {
    ...by('a0c4e1f2d3b4a5968 / … / …', '– / … / …'),
    deviations: { 1: hourNotTold },
    beside: [refused],
  },
  'claude-code/logs-as-strings': by('– / … / …'),
  'claude-platform/one-trace': researcher,
  'codex-cli/exec': by('– / – / …'),
  'gateway/one-trace': by('support / user-5 / conversation-5'),
  'gateway/two-traces': by('support / user-5 / conversation-5'),
  'gemini-cli/prompt': by('– / – / …'),
  'genkit/flow': by('– / – / –'),
  'langfuse/calls': by('planner / user-8 / conversation-8'),
  'langsmith/calls': by('– / user-15 / conversation-15'),
  'mastra/agent': by('planner / user-12 / conversation-12', 'writer / user-12 / conversation-12'),
  'openai-agents-openinference/handoff': agents,
  'openai-agents-openinference/with-client': agents,
  'openai-contrib/calls': {
    ...planner,
    deviations: {
      0: cacheNotTold,
      1: cacheNotTold,
      2: streamWithoutUsage,
      3: cacheNotTold,
      4: cacheMayBeMissing,
    },
    beside: [failed],
  },
  'openinference-anthropic/messages': { ...researcher, beside: [failed] },
  'openinference-anthropic/with-native': { ...researcher, beside: [refused] },
  'openinference-bedrock/calls': archivist,
  // The tool does not hand the thread on to the other graph.
  'openinference-langchain/langgraph': by('lead / user-3 / conversation-3', 'scout / – / –'),
  'openinference-langchain/models': {
    ...by('writer / user-3 / conversation-3'),
    deviations: {
      3: {
        status: 'estimated',
        reads: (billed) => ({ output: (billed.output ?? 0) + 1 }),
        reason: 'LangChain adds to a stream’s output the count that its first event announces',
      },
    },
  },
  'openinference-langchain/with-contrib-openai': by('writer / user-3 / conversation-3'),
  'openinference-openai/calls': {
    ...planner,
    deviations: { 1: streamWithoutUsage, 2: streamWithoutUsage, 5: embeddingWithoutUsage },
  },
  'openinference-openai/with-context': by('planner / user-16 / conversation-16'),
  'openlit/calls': {
    ...by('– / user-11 / –', '– / – / –'),
    deviations: {
      1: agrees('estimated', 'the figures are the bill’s, though those of a stream may be guesses'),
      2: figures('estimated', { input_uncached: 2, output: 36 }, 'the usage of a stream is guessed from its text'),
      6: {
        status: 'estimated',
        reads: (billed) => ({ output: (billed.output ?? 0) + 1 }),
        reason: 'a stream’s output is too high by the count that its first event announces',
      },
    },
  },
  'strands/agent': by('clerk / user-6 / conversation-6', 'writer / user-6 / conversation-6'),
  'strands/sub-agent': by('lead / user-6 / conversation-6', 'scout / user-6 / conversation-6'),
  'strands/with-native-anthropic': {
    ...by('clerk / user-6 / conversation-6', 'writer / user-6 / conversation-6', '– / – / –'),
    beside: [
      twice(
        'priced',
        '25 / – / 2048 / – / 80',
        'the client’s span is in a trace of its own, and Strands names no answer',
      ),
    ],
  },
  'traceloop-anthropic/messages': { ...researcher, beside: [failed] },
  'traceloop-anthropic/with-native': { ...researcher, beside: [refused] },
  'traceloop-bedrock/calls': {
    ...archivist,
    deviations: {
      0: silent('the span of Converse has no usage'),
      1: silent('the span of Converse has no usage'),
      2: silent('the span of Converse has no usage'),
      3: cacheLost,
    },
  },
  'traceloop-openai/calls': {
    ...planner,
    deviations: {
      0: cacheNotTold,
      1: streamWithoutUsage,
      2: streamWithoutUsage,
      3: cacheNotTold,
      4: streamWithoutUsage,
    },
    unseen: { 5: 'embeddings have no span' },
  },
  'traceloop-openai/with-openinference': {
    ...planner,
    deviations: { 1: streamWithoutUsage, 2: streamWithoutUsage, 5: embeddingWithoutUsage },
  },
  'traceloop-sdk/calls': {
    ...by('planner / user-10 / conversation-10'),
    deviations: {
      0: cacheNotTold,
      1: figures(
        'lossy',
        { input_uncached: 2, cache_read: null, output: 1824 },
        'the usage of a stream is guessed from its text, without a mark',
      ),
    },
  },
  'traceloop-sdk/langchain': {
    ...by('– / user-17 / conversation-17'),
    deviations: { 0: cacheNotTold, 1: cacheMayBeMissing },
    beside: [
      twice('lossy', '2 / – / – / – / 182', 'the client’s span guesses, so nothing but time and model is equal'),
    ],
  },
};
