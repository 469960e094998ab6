import { sayFault } from '../fault.ts';
import { fieldsOrEmpty, isFields } from '../fields.ts';
import type { Fields } from '../fields.ts';
import type { ModulePatch } from '../loading/modulePatch.ts';
import { abandoned, asAgent, startGeneration } from './aiSdkFacts.ts';
import { copyWith, watchTools } from './aiSdkTools.ts';
import { runIn } from './frameworkSpan.ts';
import type { FrameworkSpan } from './frameworkSpan.ts';

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
    const agent = fieldsOrEmpty(Reflect.get(Object(exported['ToolLoopAgent']) as object, 'prototype'));
    if (typeof exported['registerTelemetry'] === 'function') {
      for (const name of ['generate', 'stream']) wrapMethod(agent, name, tellId);
      return undefined;
    }
    wrapMethod(agent, 'generate', (call, self) => runIn(startAgentOf(self), call));
    wrapMethod(agent, 'stream', (call, self) => runStream(startAgentOf(self), call));
    wrapMethod(agent, 'prepareCall', (call) => withTools(call()));
    const replaced: Record<string, unknown> = {};
    for (const [name, run] of Object.entries(generations)) {
      if (typeof exported[name] === 'function') replaced[name] = wrapFunction(exported[name] as Callable, run);
    }
    return withExports(exported, replaced);
  },
};

const tellId = (call: () => unknown, self: unknown): unknown => asAgent(fieldsOrEmpty(self)['id'], call);

const wrapped = new WeakSet<object>();

/** A proxy is the method in everything but what a call does: name, length, source, own properties. */
function wrapMethod(prototype: Fields, name: string, around: (call: () => unknown, self: unknown) => unknown): void {
  const method = prototype[name];
  if (typeof method !== 'function' || wrapped.has(method)) return;
  const proxy = new Proxy(method as Callable, {
    apply: (target, self: unknown, args: unknown[]) => around(() => Reflect.apply(target, self, args) as unknown, self),
  });
  wrapped.add(proxy);
  Object.defineProperty(prototype, name, {
    ...Object.getOwnPropertyDescriptor(prototype, name),
    value: proxy,
  });
}

function wrapFunction(original: Callable, run: Run): Callable {
  return new Proxy(original, {
    apply(target, self: unknown, [options, ...rest]: unknown[]) {
      const prepared = prepare(options);
      const call = (): unknown => Reflect.apply(target, self, [prepared.options, ...rest]) as unknown;
      return run(prepared.span, call);
    },
  });
}

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
