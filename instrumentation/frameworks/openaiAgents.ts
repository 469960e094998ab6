import { say } from '../fault.ts';
import { fieldsOrEmpty, isFields, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';
import type { ModulePatch } from '../loading/modulePatch.ts';
import { currentFrameworkSpan, runIn, startAgent, startTool } from './frameworkSpan.ts';
import type { AgentFacts, FrameworkSpan } from './frameworkSpan.ts';
import { endWith } from './endWith.ts';
import { factsOf, wrapFunction, wrapMethod } from './wrapMethod.ts';

/** Which agent a run began with, and which it is at: handoffs change it. */
const runs = new WeakMap<FrameworkSpan, { readonly first: unknown; at: unknown }>();

/** `@openai/agents`, whose core has the runner and the tools. Its own tracing and exporter are not touched. */
export const openaiAgents: ModulePatch = {
  packageName: '@openai/agents-core',
  files: ['dist/tool.js', 'dist/tool.mjs'],
  testedMajors: [0],
  patch(exported) {
    const { Runner } = fieldsOrEmpty(exported);
    wrapMethod(Runner, 'run', aroundRun);
    watchAgents(Runner);
    patchTools(exported);
  },
};

/** `run(agent, input, options)`; a paused run comes back as `input`, with the agent it is at. */
function aroundRun(runner: Fields, [given, input, options]: readonly unknown[], call: () => unknown): unknown {
  const agent = fieldsOrEmpty(input)['_currentAgent'] ?? given;
  const facts = factsOf('an agent', (): AgentFacts => ({
    name: nameOf(agent),
    conversation: conversationOf(runner, options),
  }));
  const span = facts === null ? null : startAgent(facts);
  if (span === null) return call();
  runs.set(span, { first: agent, at: agent });
  return fieldsOrEmpty(options)['stream'] === true ? endWith(span, call, endOfStream) : runIn(span, call);
}

/** A streamed run goes on after `run` has resolved, until its `completed` settles, whose rejection the framework handles itself. */
function endOfStream(result: unknown): Promise<{ readonly error: unknown } | undefined> | null {
  const completed = fieldsOrEmpty(result)['completed'];
  return completed instanceof Promise
    ? completed.then(
        () => undefined,
        (error: unknown) => ({ error }),
      )
    : null;
}

/** The runner says which agent begins: after a handoff that is another. It says so inside the run. */
function watchAgents(Runner: unknown): void {
  if (typeof Runner !== 'function') return;
  const prototype = Runner.prototype as Fields;
  const emit = prototype['emit'];
  if (typeof emit !== 'function') return;
  const value = wrapFunction(emit as () => unknown, (_runner, [type, , agent], call) => {
    if (type === 'agent_start') handOver(agent);
    return call();
  });
  // Agents inherit the same `emit`, so the runner gets one of its own.
  Object.defineProperty(prototype, 'emit', { value, writable: true, configurable: true, enumerable: false });
}

function handOver(agent: unknown): void {
  const span = currentFrameworkSpan();
  const run = span === undefined ? undefined : runs.get(span);
  if (span === undefined || run === undefined || run.at === agent) return;
  run.at = agent;
  span.handOver(agent === run.first ? null : { name: factsOf('an agent', () => nameOf(agent)) });
}

/** Where the runner takes it from: the function is assigned anew, in both module formats. */
function patchTools(exported: unknown): void {
  if (!isFields(exported)) return;
  const module = exported as Record<string, unknown>;
  const descriptor = Object.getOwnPropertyDescriptor(module, 'invokeFunctionTool');
  const invoke = module['invokeFunctionTool'];
  if (invoke === undefined && typeof module['tool'] === 'function')
    say('@openai/agents-core: it calls tools where nobody can watch; their executions are not recorded');
  // The package's index only passes it on, by a getter.
  if (typeof invoke !== 'function' || descriptor?.get !== undefined) return;
  module['invokeFunctionTool'] = wrapFunction(invoke as () => unknown, (_self, [call], run) => {
    const facts = factsOf('a tool', () => {
      const { tool, details } = fieldsOrEmpty(call);
      const callId = fieldsOrEmpty(fieldsOrEmpty(details)['toolCall'])['callId'];
      return { name: textOf(fieldsOrEmpty(tool)['name']) ?? 'tool', callId };
    });
    return runIn(facts === null ? null : startTool(facts), run);
  });
}

const nameOf = (agent: unknown): string | null => textOf(fieldsOrEmpty(agent)['name']);

/** As far as it is known before: asking a session of the provider for its id may create it. */
function conversationOf(runner: Fields, options: unknown): unknown {
  const { conversationId, session } = fieldsOrEmpty(options);
  return conversationId ?? idOfSession(session) ?? fieldsOrEmpty(runner['config'])['groupId'];
}

function idOfSession(session: unknown): unknown {
  try {
    return isFields(session) ? session['sessionId'] : undefined;
  } catch {
    // Some throw as long as there is none.
    return undefined;
  }
}
