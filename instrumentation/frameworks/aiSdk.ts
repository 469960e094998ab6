import { sayFault } from '../fault.ts';
import { fieldsOrEmpty, isFields } from '../fields.ts';
import type { Fields } from '../fields.ts';
import type { ModulePatch } from '../loading/modulePatch.ts';
import { abandoned, asAgent, startGeneration } from './aiSdkFacts.ts';
import { copyWith, watchTools } from './aiSdkTools.ts';
import { runIn } from './frameworkSpan.ts';
import type { FrameworkSpan } from './frameworkSpan.ts';
import { factsOf, wrapFunction, wrapMethod } from './wrapMethod.ts';

type Callable = (this: unknown, ...args: unknown[]) => unknown;
type Run = (span: FrameworkSpan | null, call: () => unknown) => unknown;

const generations: Readonly<Record<string, Run>> = {
  generateText: runIn,
  generateObject: runIn,
  embed: runIn,
  embedMany: runIn,
  streamText: runStream,
  streamObject: runStream,
};

/**
 * Vercel's AI SDK. Version 7 tells what it does on a channel (`aiSdkChannel.ts`), all but the id of an agent. What version 6
 * tells comes too late to run anything inside, so its functions are wrapped.
 */
export const aiSdkPatch: ModulePatch = {
  packageName: 'ai',
  files: [],
  testedMajors: [6, 7],
  patch(exported) {
    if (!isFields(exported)) return undefined;
    const agent = exported['ToolLoopAgent'];
    if (typeof exported['registerTelemetry'] === 'function') {
      for (const name of ['generate', 'stream']) wrapMethod(agent, name, tellId);
      return undefined;
    }
    wrapMethod(agent, 'generate', (self, _args, call) => runIn(startAgentOf(self), call));
    wrapMethod(agent, 'stream', (self, _args, call) => runStream(startAgentOf(self), call));
    wrapMethod(agent, 'prepareCall', (_self, _args, call) => withTools(call()));
    const replaced: Record<string, unknown> = {};
    for (const [name, run] of Object.entries(generations)) {
      if (typeof exported[name] === 'function') replaced[name] = watchGeneration(exported[name] as Callable, run);
    }
    return withExports(exported, replaced);
  },
};

const tellId = (self: Fields, _args: readonly unknown[], call: () => unknown): unknown =>
  asAgent(
    factsOf('an agent of the AI SDK', () => self['id']),
    call,
  );

const watchGeneration = (original: Callable, run: Run): Callable =>
  wrapFunction(original, (_self, [options, ...rest], call) => {
    const prepared = prepare(options);
    return run(prepared.span, () => call([prepared.options, ...rest]));
  });

function prepare(options: unknown): { readonly span: FrameworkSpan | null; readonly options: unknown } {
  try {
    if (!isFields(options)) return { span: null, options };
    const { functionId, metadata } = fieldsOrEmpty(options['experimental_telemetry']);
    const { tools } = options;
    const watched = tools === undefined ? options : copyWith(options, { tools: watchTools(tools) });
    return { span: startGeneration({ functionId, metadata, tools }), options: watched };
  } catch (fault) {
    sayFault('reading what the AI SDK is asked', fault);
    return { span: null, options };
  }
}

function startAgentOf(agent: unknown): FrameworkSpan | null {
  try {
    const { id, settings } = fieldsOrEmpty(agent);
    const { experimental_telemetry: telemetry, tools } = fieldsOrEmpty(settings);
    const { functionId, metadata } = fieldsOrEmpty(telemetry);
    return asAgent(id, () => startGeneration({ functionId, metadata, tools }));
  } catch (fault) {
    sayFault('reading an agent of the AI SDK', fault);
    return null;
  }
}

/** What an agent hands to the generation it starts. */
async function withTools(prepared: unknown): Promise<unknown> {
  const call = await prepared;
  try {
    return isFields(call) && call['tools'] !== undefined ? copyWith(call, { tools: watchTools(call['tools']) }) : call;
  } catch (fault) {
    sayFault('watching the tools of an agent', fault);
    return call;
  }
}

/** The span ends with the stream that `call` gives, or promises. */
function runStream(span: FrameworkSpan | null, call: () => unknown): unknown {
  if (span === null) return call();
  const fail = (error: unknown): never => {
    span.end({ error });
    throw error;
  };
  let result: unknown;
  try {
    result = span.inside(call);
  } catch (error) {
    return fail(error);
  }
  const watch = (stream: unknown): unknown => (endWith(stream, span), stream);
  return result instanceof Promise ? result.then(watch, fail) : watch(result);
}

/**
 * The total of the usage is settled as the last step ends, or with what went wrong. It is watched where it is settled: asking
 * for its promise would hide a failure that nobody handles.
 */
function endWith(stream: unknown, span: FrameworkSpan): void {
  try {
    abandoned.register(stream as object, span);
    const { _totalUsage: total, _usage: own } = fieldsOrEmpty(stream);
    const usage = (total ?? own) as Record<string, unknown>;
    const { resolve, reject } = usage as { resolve: Callable; reject: Callable };
    usage['resolve'] = function (this: unknown, ...args: unknown[]): unknown {
      span.end();
      return resolve.apply(this, args);
    };
    usage['reject'] = function (this: unknown, ...args: unknown[]): unknown {
      span.end({ error: args[0] });
      return reject.apply(this, args);
    };
  } catch (fault) {
    sayFault('watching a stream of the AI SDK', fault);
  }
}

/** Exports of an ES module are assigned, as its hook provides; those of CommonJS are getters, so another object takes their place. */
function withExports(exported: Fields, replaced: Fields): unknown {
  const left = Object.entries(replaced).filter(([name, value]) => !Reflect.set(exported, name, value));
  return left.length === 0 ? undefined : copyWith(exported, Object.fromEntries(left));
}
