import { scriptedStandIn } from './provider/scriptedOpenai.ts';
import { chat, ofScenarios, refused } from './provider/scriptedSpans.ts';
import { describeClient } from './support/describeClient.ts';

const agent = 'weather_bot';
const bot = { agent };
const whole = chat(bot, 2, 'All done.');
const wholeTree = [
  'invoke_agent weather_bot',
  '  chat of weather_bot',
  '  execute_tool lookup # call_0_0 of weather_bot',
  '  execute_tool weather # call_0_1 of weather_bot',
  '  chat of weather_bot',
];
const oneTurn = chat(bot, 'All done.');
const oneTurnTree = ['invoke_agent weather_bot', '  chat of weather_bot'];
const threadTree = (thread: string): string[] => [
  `invoke_agent weather_bot in ${thread}`,
  `  chat of weather_bot in ${thread}`,
  `  execute_tool lookup # call_0_0 of weather_bot in ${thread}`,
  `  chat of weather_bot in ${thread}`,
];

describeClient({
  set: 'langchain',
  client: 'langchain',
  packages: ['langchain', '@langchain/openai', '@langchain/langgraph', '@langchain/core/runnables', 'zod'],
  nodeMin: 22,
  startStandIn: scriptedStandIn,
  // LangGraph writes the task's id, which is random, on the error.
  settle: (json) => json.replaceAll(/("pregelTaskId":")[0-9a-f-]{36}/g, '$1id'),
  spans: ofScenarios({
    agent: whole,
    agentOfThread: chat({ agent, conversation: 't1', user: 'u1' }, 'All done.'),
    agentUnnamed: chat({ conversation: 't2' }, 'All done.'),
    agentStream: whole,
    agentStreamMessages: whole,
    agentStreamBreak: oneTurn,
    agentStreamNeverRead: oneTurn,
    agentEvents: whole,
    agentBatch: [...oneTurn, ...oneTurn],
    agentToolError: chat(bot, 1, 'All done.'),
    agentError400: [refused(bot)],
    agentOfAgents: [
      ...chat(bot, 1),
      ...chat({ agent: 'helper' }, 2, 'Helped.'),
      ...chat({ ...bot, from: 1 }, 'All done.'),
    ],
    agentsAtOnce: [
      ...chat({ agent, conversation: 't3' }, 1),
      ...chat({ agent, conversation: 't4' }, 1, 'All done.'),
      ...chat({ agent, conversation: 't3', from: 1 }, 'All done.'),
    ],
    graph: [
      ...chat({ agent: 'pipeline' }, 'All done.'),
      ...chat({ agent: 'writer' }, 'All done.'),
      ...chat({ agent: 'pipeline' }, 'All done.'),
    ],
    graphInterrupted: chat({ agent, conversation: 't5' }, 1, 'All done.'),
    chain: chat({ agent: 'summary' }, 'All done.'),
    chainStream: chat({ agent: 'summary' }, 'All done.'),
    chainUnnamed: chat({}, 'All done.'),
    structured: chat({}, '{"city":"Paris"}'),
    toolAlone: chat({}, 'All done.'),
  }),
  trees: {
    agent: wholeTree,
    agentOfThread: ['invoke_agent weather_bot in t1 by u1', '  chat of weather_bot in t1 by u1'],
    agentUnnamed: ['invoke_agent in t2', '  chat in t2'],
    agentStream: wholeTree,
    agentStreamMessages: wholeTree,
    agentStreamBreak: oneTurnTree,
    agentStreamNeverRead: oneTurnTree,
    agentEvents: wholeTree,
    agentBatch: [...oneTurnTree, ...oneTurnTree],
    agentToolError: [
      'invoke_agent weather_bot',
      '  chat of weather_bot',
      '  execute_tool failing # call_0_0 of weather_bot ! RangeError',
      '  chat of weather_bot',
    ],
    agentError400: ['invoke_agent weather_bot ! 400', '  chat of weather_bot ! 400'],
    agentOfAgents: [
      'invoke_agent weather_bot',
      '  chat of weather_bot',
      '  execute_tool ask_helper # call_0_0 of weather_bot',
      '    invoke_agent helper',
      '      chat of helper',
      '      execute_tool lookup # call_0_0 of helper',
      '      execute_tool weather # call_0_1 of helper',
      '      chat of helper',
      '  chat of weather_bot',
    ],
    agentsAtOnce: [...threadTree('t3'), ...threadTree('t4')],
    // A graph within a graph that has no name is the outer graph's.
    graph: [
      'invoke_agent pipeline',
      '  chat of pipeline',
      '  invoke_agent writer',
      '    chat of writer',
      '  chat of pipeline',
    ],
    // Waiting for a person is no error; what goes on then is a run of its own.
    graphInterrupted: [
      'invoke_agent weather_bot in t5',
      '  chat of weather_bot in t5',
      '  execute_tool approve # call_0_0 of weather_bot in t5',
      'invoke_agent weather_bot in t5',
      '  execute_tool approve # call_0_0 of weather_bot in t5',
      '  chat of weather_bot in t5',
    ],
    chain: ['invoke_agent summary', '  chat of summary'],
    chainStream: ['invoke_agent summary', '  chat of summary'],
    chainUnnamed: ['chat'],
    structured: ['chat'],
    toolAlone: ['execute_tool asking # call_own', '  chat'],
  },
});
