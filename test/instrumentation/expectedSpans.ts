import type { RecordedSpan } from './receiver.ts';

type Attributes = RecordedSpan['attributes'];
interface Expected {
  readonly spanName: string;
  readonly kind: number;
  readonly status: string;
  readonly attributes: Attributes;
}

/** OTLP `SPAN_KIND_CLIENT`. */
const CLIENT = 3;
const usage = (counts: Readonly<Record<string, number>>): Attributes =>
  Object.fromEntries(
    Object.entries(counts).map(([name, count]) => [
      name.startsWith('tollgate.') ? name : `gen_ai.usage.${name}`,
      count,
    ]),
  );

/** The stand-in counts a word a token and answers with 16; OpenAI reports every detail, zeros included. */
const openaiZeros = usage({
  'cache_read.input_tokens': 0,
  'reasoning.output_tokens': 0,
  'audio.input_tokens': 0,
  'audio.output_tokens': 0,
});
const chatUsage = {
  ...usage({ input_tokens: 3, output_tokens: 16 }),
  ...openaiZeros,
  'tollgate.usage.source': 'provider',
};
const responsesUsage = {
  ...usage({
    input_tokens: 2,
    output_tokens: 16,
    'cache_read.input_tokens': 0,
    'cache_write.input_tokens': 0,
    'reasoning.output_tokens': 0,
  }),
  'tollgate.usage.source': 'provider',
};
const messagesZeros = usage({
  'cache_read.input_tokens': 0,
  'cache_write.input_tokens': 0,
  'tollgate.usage.cache_write_1h.input_tokens': 0,
});
const messagesUsage = {
  ...usage({ input_tokens: 3, output_tokens: 16 }),
  ...messagesZeros,
  'tollgate.usage.source': 'provider',
};
/** `[{role: "user", content: "one two three"}]` has 4 + 13 = 17 characters: 5 tokens at 4 characters each. */
const estimated = (output: number | null): Attributes => ({
  ...usage({ input_tokens: 5, ...(output === null ? {} : { output_tokens: output }) }),
  'tollgate.usage.source': 'estimate',
});

const call = (name: string, provider: string, attributes: Attributes, operation = 'chat'): Expected => ({
  spanName: `${operation} m-${name}`,
  kind: CLIENT,
  status: 'unset',
  attributes: {
    'gen_ai.operation.name': operation,
    'gen_ai.provider.name': provider,
    'server.address': '127.0.0.1',
    ...attributes,
  },
});
const answer = (name: string, more: Attributes, finish: string | null = 'stop', id = 'fixed'): Attributes => ({
  'gen_ai.response.id': id,
  'gen_ai.response.model': `m-${name}`,
  ...(finish === null ? {} : { 'gen_ai.response.finish_reasons': [finish] }),
  'openai.response.service_tier': 'default',
  ...more,
});
const chat = (name: string, more: Attributes = chatUsage, finish: string | null = 'stop'): Expected[] => [
  call(name, 'openai', answer(name, more, finish)),
];
const responses = (
  name: string,
  more: Attributes = responsesUsage,
  finish: string | null = 'completed',
): Expected[] => [call(name, 'openai', answer(name, more, finish))];
const message = (name: string, more: Attributes = messagesUsage, finish: string | null = 'end_turn'): Expected[] => {
  const { 'openai.response.service_tier': _tier, ...rest } = answer(name, more, finish);
  return [call(name, 'anthropic', { ...rest, 'anthropic.response.service_tier': 'standard' })];
};
const failure = (
  name: string,
  provider: string,
  errorType: string,
  reason: string | null,
  more: Attributes = {},
): Expected[] => [
  {
    ...call(name, provider, { 'error.type': errorType, ...more }),
    status: reason === null ? 'error' : `error: ${reason}`,
  },
];
const embedding = (name: string, tokens: number): Expected[] => [
  call(
    name,
    'openai',
    { 'gen_ai.response.model': `m-${name}`, ...usage({ input_tokens: tokens }), 'tollgate.usage.source': 'provider' },
    'embeddings',
  ),
];
const completion = (name: string, more: Attributes): Expected => {
  const { 'openai.response.service_tier': _tier, ...rest } = answer(name, more);
  return call(name, 'openai', rest, 'text_completion');
};

const whole = [
  'chat',
  'chatSameObject',
  'chatWithResponse',
  'chatAsResponseJson',
  'chatAsResponseText',
  'chatThenCatchFinally',
  'chatParse',
];
const wholeStreams = [
  'stream',
  'streamWithUsage',
  'streamWithResponse',
  'streamHelper',
  'streamTee',
  'streamReadable',
  'streamTwice',
];
const wholeMessages = [
  'messages',
  'messagesWithResponse',
  'messagesAsResponse',
  'messagesParse',
  'messagesHelper',
  'messagesTee',
  'beta',
  'betaStream',
  'betaHelper',
];
const same = (names: readonly string[], make: (name: string) => Expected[]): Record<string, Expected[]> =>
  Object.fromEntries(names.map((name) => [name, make(name)]));

/** What is recorded of each scenario, in full. */
export const expectedSpans: Readonly<Record<string, Expected[]>> = {
  ...same([...whole, ...wholeStreams, 'chatRawPost', 'chatOptionsPromise', 'streamConcurrentNext'], chat),
  ...same(['responsesParse', 'responsesStream', 'responsesHelper'], responses),
  ...same(wholeMessages, message),

  // 10 + 90 cached = 100 in; 40 out, 30 of them reasoning.
  chatCachedReasoning: chat('chatCachedReasoning', {
    ...openaiZeros,
    ...usage({ input_tokens: 100, output_tokens: 40, 'cache_read.input_tokens': 90, 'reasoning.output_tokens': 30 }),
    'tollgate.usage.source': 'provider',
    'gen_ai.request.service_tier': 'flex',
    'openai.response.service_tier': 'flex',
  }),
  // 10 + 7 audio in, 5 + 3 audio out.
  chatAudio: chat('chatAudio', {
    ...openaiZeros,
    ...usage({ input_tokens: 17, output_tokens: 8, 'audio.input_tokens': 7, 'audio.output_tokens': 3 }),
    'tollgate.usage.source': 'provider',
  }),
  // Nobody said how much: no attribute is 0.
  chatNoUsage: chat('chatNoUsage', {}),
  chatStreamAsResponse: chat('chatStreamAsResponse', {}),
  chatAsResponseReader: [call('chatAsResponseReader', 'openai', {})],
  // The tool's result adds a word to the second request.
  chatTools: [
    ...chat('chatTools', chatUsage, 'tool_calls'),
    ...chat('chatTools', { ...chatUsage, ...usage({ input_tokens: 4 }) }),
  ],
  streamTool: chat('streamTool', chatUsage, 'tool_calls'),
  // "", "word1", " word2": 11 characters; aborted after "word1": 5; left at the role: nothing seen.
  streamBreak: chat('streamBreak', estimated(3), null),
  streamAbort: chat('streamAbort', estimated(2), null),
  streamThrowInLoop: chat('streamThrowInLoop', estimated(null), null),
  streamShape: chat('streamShape', estimated(null), null),
  streamReset: failure('streamReset', 'openai', 'TypeError', null, answer('streamReset', estimated(3), null)),
  // 16 words: 9 × 5 + 7 × 6 characters and 15 blanks = 102.
  streamRefusesOption: chat('streamRefusesOption', estimated(26)),

  error404: [
    { ...failure('error404', 'openai', '404', 'model_not_found')[0], spanName: 'chat missing-model' } as Expected,
  ],
  error400Stream: failure('error400Stream', 'openai', '400', 'unknown_parameter'),
  error401: failure('error401', 'openai', '401', 'invalid_api_key'),
  retried: chat('retried', { ...chatUsage, 'http.request.resend_count': 2 }),
  retriesUsedUp: failure('retriesUsedUp', 'openai', '429', 'rate_limit_error', { 'http.request.resend_count': 1 }),
  connectionRefused: failure('connectionRefused', 'openai', 'APIConnectionError', null),
  abortBeforeResponse: failure('abortBeforeResponse', 'openai', 'APIUserAbortError', null),
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
  responsesBreak: responses(
    'responsesBreak',
    { ...usage({ input_tokens: 2, output_tokens: 2 }), 'tollgate.usage.source': 'estimate' },
    null,
  ),
  embeddings: embedding('embeddings', 2),
  embeddingsFloat: embedding('embeddingsFloat', 2),
  embeddingsAsResponse: embedding('embeddingsAsResponse', 1),
  completions: [completion('completions', { ...chatUsage, ...usage({ input_tokens: 2 }) })],
  completionsStream: [
    completion('completionsStream', {
      ...usage({ input_tokens: 2, output_tokens: 26 }),
      'tollgate.usage.source': 'estimate',
    }),
  ],
  azure: [call('azure', 'azure.ai.openai', answer('azure', chatUsage))],
  azureStream: [call('azureStream', 'azure.ai.openai', answer('azureStream', estimated(26)))],

  // 12 + 8000 read + 300 + 50 written = 8362 in.
  messagesCached: message(
    'messagesCached',
    {
      ...usage({
        input_tokens: 8362,
        output_tokens: 64,
        'cache_read.input_tokens': 8000,
        'cache_write.input_tokens': 350,
        'tollgate.usage.cache_write_1h.input_tokens': 50,
        'reasoning.output_tokens': 40,
        'tollgate.usage.web_search.requests': 2,
      }),
      'tollgate.usage.source': 'provider',
    },
    'max_tokens',
  ),
  messagesStream: message('messagesStream', {
    ...messagesUsage,
    ...usage({ input_tokens: 100, 'cache_read.input_tokens': 95 }),
  }),
  // Anthropic tells the input at once; "word1" is 2 tokens.
  messagesBreak: message(
    'messagesBreak',
    {
      ...messagesZeros,
      ...usage({ input_tokens: 100, output_tokens: 2, 'cache_read.input_tokens': 95 }),
      'tollgate.usage.source': 'estimate',
    },
    null,
  ),
  messagesHelperBreak: message(
    'messagesHelperBreak',
    { ...messagesZeros, ...usage({ input_tokens: 3, output_tokens: 2 }), 'tollgate.usage.source': 'estimate' },
    null,
  ),
  messagesAbort: message(
    'messagesAbort',
    { ...messagesZeros, ...usage({ input_tokens: 3, output_tokens: 3 }), 'tollgate.usage.source': 'estimate' },
    null,
  ),
  messagesError: failure('messagesError', 'anthropic', '400', 'invalid_request_error'),
  messagesErrorStream: failure('messagesErrorStream', 'anthropic', '400', 'invalid_request_error'),
  messagesHelperError: failure('messagesHelperError', 'anthropic', '400', 'invalid_request_error'),
  messagesOverloaded: failure('messagesOverloaded', 'anthropic', '529', 'overloaded_error', {
    'http.request.resend_count': 1,
  }),
};

/** Free of charge. */
export const unrecorded: readonly string[] = ['countTokens'];
