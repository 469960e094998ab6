import type { ExpectedSpan } from '../clients/support/expectation.ts';
import { answer, call, failure, guessed, same, told, usage } from './spanParts.ts';
import type { Attributes } from './spanParts.ts';

/** The stand-in counts a word a token and answers with 16; OpenAI reports every detail, zeros included. */
const zeros = usage({
  'cache_read.input_tokens': 0,
  'reasoning.output_tokens': 0,
  'audio.input_tokens': 0,
  'audio.output_tokens': 0,
});
const chatUsage = { ...usage({ input_tokens: 3, output_tokens: 16 }), ...zeros, ...told };
const responsesUsage = {
  ...usage({
    input_tokens: 2,
    output_tokens: 16,
    'cache_read.input_tokens': 0,
    'cache_write.input_tokens': 0,
    'reasoning.output_tokens': 0,
  }),
  ...told,
};

/** `[{role: "user", content: "one two three"}]` has 4 + 13 = 17 characters: 5 tokens at 4 characters each. */
const estimated = (output: number | null): Attributes =>
  guessed({ input_tokens: 5, ...(output === null ? {} : { output_tokens: output }) });

const served = (name: string, more: Attributes, finish: string | null): Attributes => ({
  'openai.response.service_tier': 'default',
  ...answer(name, more, finish),
});
const chat = (name: string, more: Attributes = chatUsage, finish: string | null = 'stop'): ExpectedSpan[] => [
  call(name, 'openai', served(name, more, finish)),
];
const responses = (
  name: string,
  more: Attributes = responsesUsage,
  finish: string | null = 'completed',
): ExpectedSpan[] => chat(name, more, finish);
const embedding = (name: string, tokens: number): ExpectedSpan[] => [
  call(
    name,
    'openai',
    { 'gen_ai.response.model': `m-${name}`, ...usage({ input_tokens: tokens }), ...told },
    'embeddings',
  ),
];
const completion = (name: string, more: Attributes): ExpectedSpan[] => [
  call(name, 'openai', answer(name, more, 'stop'), 'text_completion'),
];
/** The tool's result adds a word to the second request. */
const twice = (name: string): ExpectedSpan[] => [
  ...chat(name, chatUsage, 'tool_calls'),
  ...chat(name, { ...chatUsage, ...usage({ input_tokens: 4 }) }),
];

const whole = [
  'chat',
  'chatSameObject',
  'chatWithResponse',
  'chatAsResponseJson',
  'chatAsResponseText',
  'chatAsResponseReader',
  'chatThenCatchFinally',
  'chatParse',
  'chatRawPost',
  'chatOptionsPromise',
];
const wholeStreams = [
  'stream',
  'streamWithUsage',
  'streamWithResponse',
  'streamHelper',
  'streamTee',
  'streamReadable',
  'streamTwice',
  'streamConcurrentNext',
];

const special: Readonly<Record<string, ExpectedSpan[]>> = {
  // 10 + 90 cached = 100 in; 40 out, 30 of them reasoning.
  chatCachedReasoning: chat('chatCachedReasoning', {
    ...zeros,
    ...usage({ input_tokens: 100, output_tokens: 40, 'cache_read.input_tokens': 90, 'reasoning.output_tokens': 30 }),
    ...told,
    'gen_ai.request.service_tier': 'flex',
    'openai.response.service_tier': 'flex',
  }),
  // 10 + 7 audio in, 5 + 3 audio out.
  chatAudio: chat('chatAudio', {
    ...zeros,
    ...usage({ input_tokens: 17, output_tokens: 8, 'audio.input_tokens': 7, 'audio.output_tokens': 3 }),
    ...told,
  }),
  // Nobody said how much: no attribute is 0.
  chatNoUsage: chat('chatNoUsage', {}),
  // Whoever reads the bytes gets those of his own request, which did not ask: 16 words, 9 × 5 + 7 × 6 characters and 15 blanks = 102.
  chatStreamAsResponse: chat('chatStreamAsResponse', estimated(26)),
  tools: chat('tools', chatUsage, 'tool_calls'),
  toolRunner: twice('toolRunner'),
  toolRunnerStream: twice('toolRunnerStream'),
  streamTool: chat('streamTool', chatUsage, 'tool_calls'),
  // "", "word1", " word2": 11 characters; aborted after "word1": 5; left at the role: nothing seen.
  streamBreak: chat('streamBreak', estimated(3), null),
  streamAbort: chat('streamAbort', estimated(2), null),
  streamThrowInLoop: chat('streamThrowInLoop', estimated(null), null),
  streamShape: chat('streamShape', estimated(null), null),
  // Not a chunk was seen, so nothing is known.
  streamNeverRead: [call('streamNeverRead', 'openai', {})],
  streamReset: failure('streamReset', 'openai', 'TypeError', null, served('streamReset', estimated(3), null)),
  streamRefusesOption: chat('streamRefusesOption', estimated(26)),

  error400: failure('error400', 'openai', '400', 'unknown_parameter'),
  error404: failure('error404', 'openai', '404', 'model_not_found').map((span) => ({
    ...span,
    name: 'chat missing-model',
  })),
  error400Stream: failure('error400Stream', 'openai', '400', 'unknown_parameter'),
  error401: failure('error401', 'openai', '401', 'invalid_api_key'),
  error500Retried: chat('error500Retried', { ...chatUsage, 'http.request.resend_count': 2 }),
  error429: failure('error429', 'openai', '429', 'rate_limit_error', { 'http.request.resend_count': 1 }),
  errorNetwork: failure('errorNetwork', 'openai', 'APIConnectionError', null),
  chatAbort: failure('chatAbort', 'openai', 'APIUserAbortError', null),
  timeout: failure('timeout', 'openai', 'APIConnectionTimeoutError', null),
  unhandledFailure: failure('unhandledFailure', 'openai', '400', 'invalid_request_error'),
  handledLate: failure('handledLate', 'openai', '400', 'invalid_request_error'),

  // 20 + 80 cached; 9 out, 4 of them reasoning.
  responses: responses('responses', {
    ...responsesUsage,
    ...usage({ input_tokens: 100, output_tokens: 9, 'cache_read.input_tokens': 80, 'reasoning.output_tokens': 4 }),
  }),
  responsesSearch: responses('responsesSearch', {
    ...responsesUsage,
    ...usage({ 'tollgate.usage.web_search.requests': 2 }),
  }),
  // "one two": 7 characters, 2 tokens; "word1": 5 characters, 2 tokens.
  responsesBreak: responses('responsesBreak', guessed({ input_tokens: 2, output_tokens: 2 }), null),
  embeddings: embedding('embeddings', 2),
  embeddingsFloat: embedding('embeddingsFloat', 2),
  embeddingsAsResponse: embedding('embeddingsAsResponse', 1),
  completions: completion('completions', { ...chatUsage, ...usage({ input_tokens: 2 }) }),
  completionsStream: completion('completionsStream', guessed({ input_tokens: 2, output_tokens: 26 })),
  azure: [call('azure', 'azure.ai.openai', served('azure', chatUsage, 'stop'))],
  azureDeployment: [
    {
      ...call('azureDeployment', 'azure.ai.openai', served('azureDeployment', chatUsage, 'stop')),
      name: 'chat the-deployment-decides',
    },
  ],
  azureStream: [call('azureStream', 'azure.ai.openai', served('azureStream', estimated(26), 'stop'))],
};

/** What is recorded of each scenario of `openai`, in full. */
export const openaiSpans: Readonly<Record<string, ExpectedSpan[]>> = {
  ...same([...whole, ...wholeStreams], chat),
  ...same(['responsesParse', 'responsesStream', 'responsesHelper'], responses),
  ...special,
};

/** The same of what openai 6.49 and later have beside. */
export const openaiBetaSpans: Readonly<Record<string, ExpectedSpan[]>> = same(['beta', 'betaStream'], responses);

/** Free of charge. */
export const openaiUnrecorded: readonly string[] = ['files', 'batch'];

/** Where a scenario asks for another model than `m-NAME`. */
export const openaiModels = { error404: 'missing-model', azureDeployment: 'the-deployment-decides' };

/** openai 4 has its responses from `node-fetch`: their bytes are not seen as they are read. */
export const openai4Spans: Readonly<Record<string, ExpectedSpan[]>> = {
  ...openaiSpans,
  chatAsResponseReader: [call('chatAsResponseReader', 'openai', {})],
  chatStreamAsResponse: chat('chatStreamAsResponse', {}),
  streamReset: failure('streamReset', 'openai', 'Error', null, served('streamReset', estimated(3), null)),
};
