import { scriptedStandIn } from './provider/scriptedOpenai.ts';
import { chat, ofScenarios, refused, responses } from './provider/scriptedSpans.ts';
import type { Whose } from './provider/scriptedSpans.ts';
import { describeClient } from './support/describeClient.ts';

const agent = 'Weather Bot';
const bot = { agent };
const whole = chat(bot, 2, 'All done.');
const wholeTree = [
  'invoke_agent Weather Bot # bot-1',
  '  chat of Weather Bot',
  '  execute_tool lookup # call_0_0 of Weather Bot',
  '  execute_tool weather # call_0_1 of Weather Bot',
  '  chat of Weather Bot',
];
const oneTurn = chat(bot, 'All done.');
const oneTurnTree = ['invoke_agent Weather Bot # bot-1', '  chat of Weather Bot'];
const refusedTree = ['invoke_agent Weather Bot # bot-1 ! AI_APICallError', '  chat of Weather Bot ! 400'];
const whoseOf = (user: string): Whose => ({ agent, conversation: `of-${user}`, user });
const toolTree = (whose: string): string[] =>
  [
    'invoke_agent Weather Bot # bot-1',
    '  chat of Weather Bot',
    '  execute_tool lookup # call_0_0 of Weather Bot',
    '  chat of Weather Bot',
  ].map((line) => line + whose);

describeClient({
  set: 'mastra',
  client: 'mastra',
  packages: ['@mastra/core/agent', '@mastra/core/tools', '@mastra/core/request-context', '@ai-sdk/openai', 'zod'],
  nodeMin: 22,
  startStandIn: scriptedStandIn,
  environment: { MASTRA_TELEMETRY_DISABLED: '1' },
  ungated: { streamNeverRead: 'refused as well, which nobody reads' },
  spans: ofScenarios({
    generate: whole,
    generateResponses: responses(bot, 2, 'All done.'),
    stream: whole,
    streamText: whole,
    streamBreak: oneTurn,
    streamNeverRead: oneTurn,
    memory: chat({ agent, conversation: 't1', user: 'u1' }, 1, 'All done.'),
    memoryOfContext: chat({ agent, conversation: 't2', user: 'u2' }, 'All done.'),
    subAgent: [
      ...chat({ agent: 'Boss' }, 1),
      ...chat({ agent: 'Helper' }, 2, 'Helped.'),
      ...chat({ agent: 'Boss', from: 1 }, 'All done.'),
    ],
    toolError: chat(bot, 1, 'All done.'),
    error400: [refused(bot, 'error')],
    error400Stream: [refused(bot, 'error')],
    agentsAtOnce: [
      ...chat(whoseOf('u3'), 1),
      ...chat(whoseOf('u4'), 1, 'All done.'),
      ...chat({ ...whoseOf('u3'), from: 1 }, 'All done.'),
    ],
    shape: oneTurn,
  }),
  trees: {
    generate: wholeTree,
    generateResponses: wholeTree,
    stream: wholeTree,
    streamText: wholeTree,
    streamBreak: oneTurnTree,
    streamNeverRead: oneTurnTree,
    memory: toolTree(' in t1 by u1'),
    memoryOfContext: ['invoke_agent Weather Bot # bot-1 in t2 by u2', '  chat of Weather Bot in t2 by u2'],
    subAgent: [
      'invoke_agent Boss # boss',
      '  chat of Boss',
      '  execute_tool agent-helper # call_0_0 of Boss',
      '    invoke_agent Helper # helper',
      '      chat of Helper',
      '      execute_tool lookup # call_0_0 of Helper',
      '      execute_tool weather # call_0_1 of Helper',
      '      chat of Helper',
      '  chat of Boss',
    ],
    toolError: [
      'invoke_agent Weather Bot # bot-1',
      '  chat of Weather Bot',
      '  execute_tool failing # call_0_0 of Weather Bot ! MastraError',
      '  chat of Weather Bot',
    ],
    error400: refusedTree,
    error400Stream: refusedTree,
    agentsAtOnce: [...toolTree(' in of-u3 by u3'), ...toolTree(' in of-u4 by u4')],
    shape: oneTurnTree,
  },
});
