import { fieldsOrEmpty, isFields } from '../fields.ts';
import type { Fields } from '../fields.ts';
import { runIn, startTool } from './frameworkSpan.ts';
import type { FrameworkSpan } from './frameworkSpan.ts';
import { iterateInside } from './iterateInside.ts';
import { factsOf } from './wrapMethod.ts';

type Execute = (this: unknown, ...args: unknown[]) => unknown;

/** The same tools, each executed in a span of its own. Those of the application stay as they are. */
export function watchTools(tools: unknown): unknown {
  if (!isFields(tools)) return tools;
  return copyWith(
    tools,
    Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, watchTool(name, tool)])),
  );
}

function watchTool(name: string, tool: unknown): unknown {
  const execute = isFields(tool) ? tool['execute'] : undefined;
  if (!isFields(tool) || typeof execute !== 'function') return tool;
  const watched = new Proxy(execute as Execute, {
    apply(target, self: unknown, args: unknown[]) {
      const facts = factsOf('a tool', () => ({ name, callId: fieldsOrEmpty(args[1])['toolCallId'] }));
      const span = facts === null ? null : startTool(facts);
      const run = (): unknown => Reflect.apply(target, self === copy ? tool : self, args);
      if (span === null) return run();
      return runTool(span, run);
    },
  });
  const copy = copyWith(tool, { execute: watched });
  return copy;
}

/** A tool that answers in parts works while its parts are asked for. */
function runTool(span: FrameworkSpan, run: () => unknown): unknown {
  let answer: unknown;
  try {
    answer = span.inside(run);
  } catch (error) {
    span.end({ error });
    throw error;
  }
  if (!isGenerator(answer)) return runIn(span, () => answer);
  return iterateInside(
    answer,
    () => span,
    () => true,
  );
}

const isGenerator = (value: unknown): value is AsyncGenerator =>
  isFields(value) &&
  Symbol.asyncIterator in value &&
  ['next', 'return', 'throw'].every((method) => typeof value[method] === 'function');

/** A copy with other values under some names: what else it has, getters and prototype too, is as it was. */
export function copyWith(source: object, values: Fields): Record<string, unknown> {
  const descriptors: PropertyDescriptorMap = Object.getOwnPropertyDescriptors(source);
  for (const [name, value] of Object.entries(values))
    descriptors[name] = { value, enumerable: true, configurable: true, writable: true };
  return Object.create(Object.getPrototypeOf(source) as object | null, descriptors) as Record<string, unknown>;
}
