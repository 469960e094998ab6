import type { ExpectedSpan } from '../clients/support/expectation.ts';
import { answer, call, failure, guessed, same, told, usage } from './spanParts.ts';
import type { Attributes } from './spanParts.ts';

const zeros = usage({
  'cache_read.input_tokens': 0,
  'cache_write.input_tokens': 0,
  'tollgate.usage.cache_write_1h.input_tokens': 0,
});
const messageUsage = { ...usage({ input_tokens: 3, output_tokens: 16 }), ...zeros, ...told };

const message = (name: string, more: Attributes = messageUsage, finish: string | null = 'end_turn'): ExpectedSpan[] => [
  call(name, 'anthropic', { 'anthropic.response.service_tier': 'standard', ...answer(name, more, finish) }),
];

/** A second turn has `words` tokens: with its history, or its last message alone where the provider keeps the rest. */
const twice = (name: string, words: number): ExpectedSpan[] => [
  ...message(name, messageUsage, 'tool_use'),
  ...message(name, { ...messageUsage, ...usage({ input_tokens: words }) }),
];

const whole = [
  'chat',
  'chatSameObject',
  'chatWithResponse',
  'chatAsResponseJson',
  'chatAsResponseText',
  'chatParse',
  'streamHelper',
  'streamTee',
  'streamReadable',
  'streamWithResponse',
  'beta',
  'betaStream',
  'betaHelper',
];

const special = (wordsOfTurn: number): Readonly<Record<string, ExpectedSpan[]>> => ({
  // 12 + 8000 read + 300 + 50 written = 8362 in.
  chatCached: message(
    'chatCached',
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
      ...told,
    },
    'max_tokens',
  ),
  tools: message('tools', messageUsage, 'tool_use'),
  toolRunner: twice('toolRunner', wordsOfTurn),
  toolRunnerStream: twice('toolRunnerStream', wordsOfTurn),
  stream: message('stream', { ...messageUsage, ...usage({ input_tokens: 100, 'cache_read.input_tokens': 95 }) }),
  // Anthropic tells the input at once; "word1" is 2 tokens.
  streamBreak: message(
    'streamBreak',
    { ...zeros, ...guessed({ input_tokens: 100, output_tokens: 2, 'cache_read.input_tokens': 95 }) },
    null,
  ),
  streamHelperBreak: message(
    'streamHelperBreak',
    { ...zeros, ...guessed({ input_tokens: 3, output_tokens: 2 }) },
    null,
  ),
  streamAbort: message('streamAbort', { ...zeros, ...guessed({ input_tokens: 3, output_tokens: 3 }) }, null),
  // Not an event was seen, so nothing is known.
  streamNeverRead: [call('streamNeverRead', 'anthropic', {})],
  chatAbort: failure('chatAbort', 'anthropic', 'APIUserAbortError', null),
  error400: failure('error400', 'anthropic', '400', 'invalid_request_error'),
  error400Stream: failure('error400Stream', 'anthropic', '400', 'invalid_request_error'),
  error400Helper: failure('error400Helper', 'anthropic', '400', 'invalid_request_error'),
  error500Retried: message('error500Retried', { ...messageUsage, 'http.request.resend_count': 2 }),
  error529: failure('error529', 'anthropic', '529', 'overloaded_error', { 'http.request.resend_count': 1 }),
  errorNetwork: failure('errorNetwork', 'anthropic', 'APIConnectionError', null),
  unhandledFailure: failure('unhandledFailure', 'anthropic', '400', 'invalid_request_error'),
});

/** What is recorded of each scenario of `@anthropic-ai/sdk`, in full. From 1.12 on its tool runner leaves the history at the provider. */
export const anthropicSpans = (sdk: { readonly hasThreads: boolean }): Readonly<Record<string, ExpectedSpan[]>> => ({
  ...same(whole, message),
  ...special(sdk.hasThreads ? 1 : 4),
});

/** Free of charge. */
export const anthropicUnrecorded: readonly string[] = ['files', 'batch', 'countTokens'];
