import { say } from '../fault.ts';
import { fieldsOrEmpty, isFields, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';
import type { ModulePatch } from '../loading/modulePatch.ts';
import { currentFrameworkSpan, runIn, startAgent, startTool } from './frameworkSpan.ts';
import type { AgentFacts, FrameworkSpan } from './frameworkSpan.ts';
import { endWith } from './endWith.ts';
import { factsOf, wrapFunction, wrapMethod } from './wrapMethod.ts';

/** The agent that a network asks where to go on is Mastra's own: what it costs is the network's. */
const ROUTING_AGENT = 'routing-agent';

/** Each span's agent: some methods call another of the same agent. */
const agents = new WeakMap<FrameworkSpan, Fields>();

/** Mastra's agents and the tools they call, however these are given. */
export const mastra: ModulePatch = {
  packageName: '@mastra/core',
  files: ['dist/agent/index.cjs', 'dist/agent/index.js'],
  testedMajors: [1],
  patch(exported) {
    const { Agent } = fieldsOrEmpty(exported);
    for (const method of ['generate', 'generateLegacy', 'resumeGenerate'])
      wrapMethod(Agent, method, (agent, args, call) => runIn(startRun(agent, args), call));
    // What `streamLegacy` and the networks give cannot be watched without handling rejections for the application.
    for (const method of ['streamLegacy', 'network', 'resumeNetwork'])
      wrapMethod(Agent, method, (agent, args, call) => runIn(startRun(agent, args), call));
    for (const method of ['stream', 'resumeStream'])
      wrapMethod(Agent, method, (agent, args, call) => endWith(startRun(agent, args), call, endOfStream));
    wrapMethod(Agent, 'convertTools', (_agent, _args, call) => watchTools(call()));
  },
};

/** Mastra's own spans of the same calls, in traces of their own, where nothing tells that they are the same. */
export const mastraExporter: ModulePatch = {
  packageName: '@mastra/otel-exporter',
  files: [],
  testedMajors: [1],
  patch() {
    say(
      '@mastra/otel-exporter is loaded: its spans name no response, so what it sends to Tollgate is charged beside the calls recorded here; let it send elsewhere',
    );
  },
};

function startRun(agent: Fields, [, options]: readonly unknown[]): FrameworkSpan | null {
  const outside = currentFrameworkSpan();
  if (outside !== undefined && agents.get(outside) === agent) return null;
  const facts = factsOf('an agent', (): AgentFacts => {
    const id = textOf(agent['id']);
    return { name: id === ROUTING_AGENT ? null : (textOf(agent['name']) ?? id), id, ...memoryOf(options) };
  });
  const span = facts === null ? null : startAgent(facts);
  if (span !== null) agents.set(span, agent);
  return span;
}

/** Memory's thread is the conversation, its resource the user; what the request's context says comes first, as in Mastra. */
function memoryOf(given: unknown): Pick<AgentFacts, 'conversation' | 'user'> {
  const options = fieldsOrEmpty(given);
  const { thread, resource } = fieldsOrEmpty(options['memory']);
  const context = options['requestContext'];
  const told = (key: string): unknown =>
    isFields(context) && typeof context['get'] === 'function'
      ? (context as unknown as { get(key: string): unknown }).get(key)
      : undefined;
  return {
    conversation: told('mastra__threadId') ?? (isFields(thread) ? thread['id'] : thread) ?? options['threadId'],
    user: told('mastra__resourceId') ?? resource ?? options['resourceId'],
  };
}

/** When the agent is done, without reading its stream; null where the object cannot say. */
function endOfStream(output: unknown): Promise<{ readonly error: unknown } | undefined> | null {
  const finished = fieldsOrEmpty(output)['_waitUntilFinished'];
  if (typeof finished !== 'function') return null;
  const fields = output as Fields;
  return (finished.call(output) as Promise<void>).then(() => {
    const error = fields['error'];
    return error === undefined || error === null ? undefined : { error };
  });
}

/** The tools a run has, made anew for it by Mastra: the application's own are inside them. */
function watchTools(converted: unknown): unknown {
  if (!(converted instanceof Promise)) return converted;
  return converted.then((tools: unknown) => {
    factsOf('the tools of a run', () => {
      for (const [name, tool] of Object.entries(fieldsOrEmpty(tools))) watchTool(name, tool);
      return null;
    });
    return tools;
  });
}

function watchTool(name: string, tool: unknown): void {
  if (!isFields(tool) || typeof tool['execute'] !== 'function') return;
  const execute = tool['execute'] as () => unknown;
  const watched = wrapFunction(execute, (_tool, [, options], call) => {
    const facts = factsOf('a tool', () => ({ name, callId: fieldsOrEmpty(options)['toolCallId'] }));
    return runIn(facts === null ? null : startTool(facts), call);
  });
  // False where it cannot be assigned: then the tool stays as it is.
  Reflect.set(tool, 'execute', watched);
}
