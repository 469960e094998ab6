import { fieldsOrEmpty, isFields, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';
import type { ModulePatch } from '../loading/modulePatch.ts';
import { currentFrameworkSpan, runIn, startAgent, startTool } from './frameworkSpan.ts';
import type { AgentFacts, FrameworkSpan } from './frameworkSpan.ts';
import { iterateInside } from './iterateInside.ts';
import { factsOf, wrapMethod } from './wrapMethod.ts';

/** What a graph is called that nobody gave a name. */
const UNNAMED_GRAPH = 'LangGraph';

/** Chains that LangChain names itself: the ones behind `withStructuredOutput`. */
const OWN_CHAIN = /StructuredOutput/;

/** Tools, and chains that have a name. */
export const langchainCore: ModulePatch = {
  packageName: '@langchain/core',
  files: ['dist/tools/index.cjs', 'dist/tools/index.js', 'dist/runnables/base.cjs', 'dist/runnables/base.js'],
  testedMajors: [1],
  patch(exported) {
    const { StructuredTool, RunnableSequence } = fieldsOrEmpty(exported);
    // Every way of invoking a tool ends here, that of its subclasses too.
    wrapMethod(StructuredTool, 'call', (tool, args, call) => runIn(startToolOf(tool, args), call, isFailure));
    for (const method of ['invoke', 'batch'])
      wrapMethod(RunnableSequence, method, (chain, args, call) => runIn(startChain(chain, args), call, isFailure));
    wrapMethod(RunnableSequence, '_streamIterator', (chain, args, call) =>
      iterateInside(call(), () => startChain(chain, args), isFailure),
    );
  },
};

/** Graphs: LangGraph's own, `createAgent`, `createReactAgent`, `entrypoint`. `invoke`, `stream` and `streamEvents` all iterate. */
export const langgraph: ModulePatch = {
  packageName: '@langchain/langgraph',
  files: ['dist/pregel/index.cjs', 'dist/pregel/index.js'],
  testedMajors: [1],
  patch(exported) {
    wrapMethod(fieldsOrEmpty(exported)['Pregel'], '_streamIterator', (graph, args, call) =>
      iterateInside(
        call(),
        () => startGraph(graph, args),
        (error) => isFailure(error) && !isAborted(args),
      ),
    );
  },
};

function startGraph(graph: Fields, [, config]: readonly unknown[]): FrameworkSpan | null {
  const facts = factsOf('a LangGraph graph', (): AgentFacts | null => {
    const own = textOf(graph['name']);
    const name = own === UNNAMED_GRAPH ? null : own;
    // A part of another graph that has no name of its own is that graph's.
    if (name === null && currentFrameworkSpan() !== undefined) return null;
    return { name, ...whoseRun(graph, config) };
  });
  return facts === null ? null : startAgent(facts);
}

/** The thread is the conversation; the metadata's names are those by which LangSmith groups. */
function whoseRun(graph: Fields, config: unknown): Pick<AgentFacts, 'conversation' | 'user'> {
  const own = fieldsOrEmpty(graph['config']);
  const places = [config, own].flatMap((given) => {
    const { configurable, metadata } = fieldsOrEmpty(given);
    return [fieldsOrEmpty(configurable), fieldsOrEmpty(metadata)];
  });
  const first = (...names: string[]): unknown =>
    places.flatMap((place) => names.map((name) => place[name])).find((value) => value !== undefined && value !== null);
  return { conversation: first('thread_id', 'session_id', 'conversation_id'), user: first('user_id') };
}

function startChain(chain: Fields, [, config]: readonly unknown[]): FrameworkSpan | null {
  const facts = factsOf('a LangChain chain', (): AgentFacts | null => {
    // `batch` takes one configuration for all, or one each.
    const { runName, metadata } = fieldsOrEmpty(Array.isArray(config) ? config[0] : config);
    const name = textOf(runName) ?? textOf(chain['name']);
    // LangGraph runs each node as a chain with the node's name.
    if (name === null || OWN_CHAIN.test(name) || name === fieldsOrEmpty(metadata)['langgraph_node']) return null;
    return { name };
  });
  return facts === null ? null : startAgent(facts);
}

function startToolOf(tool: Fields, [argument, config]: readonly unknown[]): FrameworkSpan | null {
  const facts = factsOf('a LangChain tool', () => {
    const asked = isFields(argument) && argument['type'] === 'tool_call' ? argument : undefined;
    const callId = asked?.['id'] ?? fieldsOrEmpty(fieldsOrEmpty(config)['toolCall'])['id'];
    return { name: textOf(tool['name']) ?? 'tool', callId };
  });
  return facts === null ? null : startTool(facts);
}

/** Who leaves a graph's stream aborts the graph. */
const isAborted = ([, config]: readonly unknown[]): boolean =>
  fieldsOrEmpty(fieldsOrEmpty(config)['signal'])['aborted'] === true;

/** LangGraph throws to pause for a person, or to send its caller somewhere else. */
const isFailure = (error: unknown): boolean => !(isFields(error) && error['is_bubble_up'] === true);
