import type { AttributeValue } from '../../src/span.ts';
import { describeClient } from './support/describeClient.ts';
import type { ExpectedSpan } from './support/describeClient.ts';
import { standardStandIn } from './support/standIn.ts';

type Attributes = Readonly<Record<string, AttributeValue>>;

/** A word a token, 16 words of answer; `one two three` is asked. */
const tokens = (input: number, output: number | null = 16): Attributes => ({
  'gen_ai.usage.input_tokens': input,
  ...(output === null ? {} : { 'gen_ai.usage.output_tokens': output }),
  'tollgate.usage.source': 'provider',
});
const zeros = {
  'gen_ai.usage.cache_read.input_tokens': 0,
  'gen_ai.usage.reasoning.output_tokens': 0,
  'gen_ai.usage.audio.input_tokens': 0,
  'gen_ai.usage.audio.output_tokens': 0,
};

const span = (
  scenario: string,
  attributes: Attributes,
  status: ExpectedSpan['status'] = 'unset',
  operation = 'chat',
  provider = 'openai',
): ExpectedSpan => ({
  name: `${operation} m-${scenario}`,
  status,
  attributes: {
    'gen_ai.operation.name': operation,
    'gen_ai.provider.name': provider,
    'server.address': '127.0.0.1',
    ...attributes,
  },
});
const answer = (scenario: string, finish: string | null): Attributes => ({
  'gen_ai.response.id': 'fixed',
  'gen_ai.response.model': `m-${scenario}`,
  ...(finish === null ? {} : { 'gen_ai.response.finish_reasons': [finish] }),
});
const tier = { 'openai.response.service_tier': 'default' };

const chat = (scenario: string, input = 3, finish = 'stop', more: Attributes = {}): ExpectedSpan =>
  span(scenario, { ...answer(scenario, finish), ...tier, ...zeros, ...tokens(input), ...more });
const failed = (scenario: string, errorType: string, more: Attributes = {}): ExpectedSpan =>
  span(scenario, { 'error.type': errorType, ...more }, 'error');

/** A step that calls the tool and one that answers, with what the tool gave: its text has `input` words more or less. */
const twoSteps = (scenario: string, input: number, more: Attributes = {}): ExpectedSpan[] => [
  chat(scenario, 3, 'tool_calls', more),
  chat(scenario, input, 'stop', more),
];

const whole = ['chat', 'chatParse', 'object', 'objectStream', 'stream', 'streamText', 'streamHelper'];
const wholeStreams = [
  'streamReadable',
  'streamTee',
  'streamConsumed',
  'streamCallbacks',
  'streamBreak',
  'streamNeverRead',
];

function messages(scenario: string): ExpectedSpan {
  const counts = {
    ...tokens(3),
    'gen_ai.usage.cache_read.input_tokens': 0,
    'gen_ai.usage.cache_write.input_tokens': 0,
    'tollgate.usage.cache_write_1h.input_tokens': 0,
    'anthropic.response.service_tier': 'standard',
  };
  return span(scenario, { ...answer(scenario, 'end_turn'), ...counts }, 'unset', 'chat', 'anthropic');
}

function responses(scenario: string): ExpectedSpan {
  const counts = {
    ...tokens(3),
    'gen_ai.usage.cache_read.input_tokens': 0,
    'gen_ai.usage.cache_write.input_tokens': 0,
    'gen_ai.usage.reasoning.output_tokens': 0,
  };
  return span(scenario, { ...answer(scenario, 'completed'), ...tier, ...counts });
}

const embeddings = (scenario: string, input: number): ExpectedSpan =>
  span(scenario, { 'gen_ai.response.model': `m-${scenario}`, ...tokens(input, null) }, 'unset', 'embeddings');

const scout = { 'gen_ai.agent.name': 'scout' };
const whose = { 'user.id': 'u1', 'gen_ai.conversation.id': 's1' };

/** `failedToolWords`: how many words the version makes of a tool's error. */
const spansOf = (failedToolWords: number): Record<string, ExpectedSpan[]> => ({
  ...Object.fromEntries([...whole, ...wholeStreams].map((scenario) => [scenario, [chat(scenario)]])),
  chatCachedReasoning: [
    chat('chatCachedReasoning', 100, 'stop', {
      'gen_ai.usage.cache_read.input_tokens': 90,
      'gen_ai.usage.output_tokens': 40,
      'gen_ai.usage.reasoning.output_tokens': 30,
      'openai.response.service_tier': 'flex',
    }),
  ],
  chatNamed: [chat('chatNamed', 3, 'stop', { 'gen_ai.agent.name': 'namer', ...whose })],
  chatAbort: [failed('chatAbort', 'AbortError')],
  messages: [messages('messages')],
  messagesStream: [messages('messagesStream')],
  responses: [responses('responses')],
  responsesStream: [responses('responsesStream')],
  embeddings: [embeddings('embeddings', 3)],
  batch: [embeddings('batch', 4)],
  // 17 characters of request at 4 a token; "word1 word2" are 11 of answer.
  streamAbort: [
    failed('streamAbort', 'AbortError', {
      ...answer('streamAbort', null),
      ...tier,
      ...tokens(5, 3),
      'tollgate.usage.source': 'estimate',
    }),
  ],
  tools: [chat('tools', 3, 'tool_calls')],
  toolRunner: twoSteps('toolRunner', 4),
  toolRunnerStream: twoSteps('toolRunnerStream', 4),
  toolParts: twoSteps('toolParts', 4),
  toolFails: twoSteps('toolFails', 3 + failedToolWords),
  agent: twoSteps('agent', 4, scout),
  agentStream: twoSteps('agentStream', 4, scout),
  // The inner agent's answer is the outer one's tool result: 3 + 16 words.
  agentWithin: [
    chat('agentWithin', 3, 'tool_calls', { ...scout, ...whose }),
    chat('agentWithin', 3, 'stop', { 'gen_ai.agent.name': 'helper', ...whose }),
    chat('agentWithin', 19, 'stop', { ...scout, ...whose }),
  ],
  error400: [failed('error400', '400')],
  error400Stream: [failed('error400Stream', '400')],
  // The SDK sends nothing that tells an attempt from a call of its own.
  error500Retried: [failed('error500Retried', '500'), failed('error500Retried', '500'), chat('error500Retried')],
  errorNetwork: [failed('errorNetwork', 'TypeError')],
  unhandledFailure: [failed('unhandledFailure', '400')],
});

const reasons = {
  chatWithResponse: 'results have `response`; there is no other promise',
  chatAsResponseJson: 'no raw response is handed out',
  countTokens: 'the SDK has no such call',
  files: 'uploads are no model calls',
};

const steps = (agent: string): string[] => {
  const of = agent === '' ? '' : ` of ${agent}`;
  return [
    agent === '' ? 'invoke_agent' : `invoke_agent ${agent} # ${agent}`,
    `  chat${of}`,
    `  execute_tool look # call_id${of}`,
    `  chat${of}`,
  ];
};
const ofUser = ' in s1 by u1';

/** What says neither a name nor whose it is, and has no tools to go round with, is its calls alone. */
const trees = {
  chat: ['chat'],
  stream: ['chat'],
  embeddings: ['embeddings'],
  object: ['chat'],
  chatNamed: [`invoke_agent namer${ofUser}`, `  chat of namer${ofUser}`],
  tools: ['invoke_agent', '  chat', '  execute_tool look # call_id'],
  toolRunner: steps(''),
  toolRunnerStream: steps(''),
  toolParts: steps(''),
  toolFails: ['invoke_agent', '  chat', '  execute_tool look # call_id ! TypeError', '  chat'],
  agent: steps('scout'),
  agentStream: steps('scout'),
  agentWithin: [
    `invoke_agent scout # scout${ofUser}`,
    `  chat of scout${ofUser}`,
    `  execute_tool look # call_id of scout${ofUser}`,
    `    invoke_agent helper # helper${ofUser}`,
    `      chat of helper${ofUser}`,
    `  chat of scout${ofUser}`,
  ],
};

interface AiSdk {
  readonly set: string;
  readonly nodeMin?: number;
  readonly failedToolWords: number;
}

/** The AI SDK: its calls, and the agents and tools above them. */
export function describeAiSdk({ failedToolWords, ...more }: AiSdk): void {
  describeClient({
    ...more,
    client: 'aiSdk',
    packages: ['ai', '@ai-sdk/openai', '@ai-sdk/anthropic'],
    startStandIn: standardStandIn,
    spans: spansOf(failedToolWords),
    trees,
    reasons,
    ungated: { streamNeverRead: 'it is refused before a byte is sent, but nobody reads that' },
  });
}
