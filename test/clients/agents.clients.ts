import { scriptedStandIn } from './provider/scriptedOpenai.ts';
import { chat, ofScenarios, refused, responses } from './provider/scriptedSpans.ts';
import type { Whose } from './provider/scriptedSpans.ts';
import { describeClient } from './support/describeClient.ts';

const triage = { agent: 'Triage' };
const billing = { agent: 'Billing' };
const whole = responses(triage, 2, 'All done.');
const wholeTree = [
  'invoke_agent Triage',
  '  chat of Triage',
  '  execute_tool lookup # call_0_0 of Triage',
  '  execute_tool weather # call_0_1 of Triage',
  '  chat of Triage',
];
const oneTurn = responses(triage, 'All done.');
const oneTurnTree = ['invoke_agent Triage', '  chat of Triage'];
/** A tool, the handoff, a tool of the other agent, its answer. */
const handedOver = (whose: Whose): ReturnType<typeof responses> => [
  ...responses({ ...whose, ...triage }, 1, 1),
  ...responses({ ...whose, ...billing, from: 2 }, 1, 'All done.'),
];
const handedOverTree = (conversation = ''): string[] =>
  [
    'invoke_agent Triage',
    '  chat of Triage',
    '  execute_tool lookup # call_0_0 of Triage',
    '  chat of Triage',
    '  invoke_agent Billing',
    '    chat of Billing',
    '    execute_tool invoice # call_2_0 of Billing',
    '    chat of Billing',
  ].map((line) => line + conversation);

describeClient({
  set: 'agents',
  client: 'agents',
  packages: ['@openai/agents', 'zod'],
  nodeMin: 22,
  startStandIn: scriptedStandIn,
  spans: ofScenarios({
    run: whole,
    runStream: whole,
    runStreamBreak: oneTurn,
    runStreamNeverRead: oneTurn,
    runChatCompletions: chat(triage, 2, 'All done.'),
    handoff: handedOver({}),
    handoffBack: [
      ...responses(triage, 1),
      ...responses({ ...billing, from: 1 }, 1),
      ...responses({ ...triage, from: 2 }, 'All done.'),
    ],
    handoffStream: handedOver({}),
    agentTool: [
      ...responses(triage, 1),
      ...responses({ agent: 'Helper' }, 2, 'Helped.'),
      ...responses({ ...triage, from: 1 }, 'All done.'),
    ],
    toolError: responses(triage, 1),
    toolErrorTold: responses(triage, 1, 'All done.'),
    session: [
      ...responses({ ...triage, conversation: 's1' }, 'All done.'),
      ...responses({ ...triage, conversation: 's1' }, 'Again.'),
    ],
    group: responses({ ...triage, conversation: 'g1' }, 'All done.'),
    approval: responses(triage, 1, 'All done.'),
    guardrail: [...responses({ agent: 'Judge' }, 'Fine.'), ...oneTurn],
    runsAtOnce: [
      ...handedOver({ conversation: 's2' }).slice(0, 1),
      ...handedOver({ conversation: 's3' }),
      ...handedOver({ conversation: 's2' }).slice(1),
    ],
    listeners: handedOver({}),
    error400: [refused(triage)],
    error400Stream: [refused(triage)],
    maxTurns: responses(triage, 2),
    ownTracing: handedOver({}),
  }),
  trees: {
    run: wholeTree,
    runStream: wholeTree,
    runStreamBreak: oneTurnTree,
    runStreamNeverRead: oneTurnTree,
    runChatCompletions: wholeTree,
    handoff: handedOverTree(),
    // Whoever began goes on itself.
    handoffBack: [
      'invoke_agent Triage',
      '  chat of Triage',
      '  invoke_agent Billing',
      '    chat of Billing',
      '  chat of Triage',
    ],
    handoffStream: handedOverTree(),
    agentTool: [
      'invoke_agent Triage',
      '  chat of Triage',
      '  execute_tool ask_helper # call_0_0 of Triage',
      '    invoke_agent Helper',
      '      chat of Helper',
      '      execute_tool lookup # call_0_0 of Helper',
      '      execute_tool weather # call_0_1 of Helper',
      '      chat of Helper',
      '  chat of Triage',
    ],
    toolError: [
      'invoke_agent Triage ! ToolCallError',
      '  chat of Triage',
      '  execute_tool lookup # call_0_0 of Triage ! RangeError',
    ],
    // The SDK makes an answer for the model of it, inside the tool: nothing fails.
    toolErrorTold: [
      'invoke_agent Triage',
      '  chat of Triage',
      '  execute_tool lookup # call_0_0 of Triage',
      '  chat of Triage',
    ],
    session: [
      'invoke_agent Triage in s1',
      '  chat of Triage in s1',
      'invoke_agent Triage in s1',
      '  chat of Triage in s1',
    ],
    group: ['invoke_agent Triage in g1', '  chat of Triage in g1'],
    // What goes on after the approval is a run of its own.
    approval: [
      'invoke_agent Triage',
      '  chat of Triage',
      'invoke_agent Triage',
      '  execute_tool lookup # call_0_0 of Triage',
      '  chat of Triage',
    ],
    guardrail: ['invoke_agent Triage', '  invoke_agent Judge', '    chat of Judge', '  chat of Triage'],
    runsAtOnce: [...handedOverTree(' in s2'), ...handedOverTree(' in s3')],
    listeners: handedOverTree(),
    error400: ['invoke_agent Triage ! 400', '  chat of Triage ! 400'],
    error400Stream: ['invoke_agent Triage ! 400', '  chat of Triage ! 400'],
    maxTurns: [
      'invoke_agent Triage ! MaxTurnsExceededError',
      '  chat of Triage',
      '  execute_tool lookup # call_0_0 of Triage',
      '  execute_tool weather # call_0_1 of Triage',
    ],
    ownTracing: handedOverTree(),
  },
});
