import { tracingChannel } from 'node:diagnostics_channel';
import type { AsyncLocalStorage } from 'node:async_hooks';
import { sayFault } from '../fault.ts';
import { fieldsOrEmpty, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';
import { abandoned, startGeneration } from './aiSdkFacts.ts';
import { startTool } from './frameworkSpan.ts';
import type { FrameworkSpan } from './frameworkSpan.ts';

/** The channel on which version 7 of the AI SDK tells what it does, bundled or not. */
const CHANNEL = 'ai:telemetry';

const generations: ReadonlySet<string> = new Set(['generateText', 'streamText', 'embed', 'embedMany']);

/** By the object that the channel hands round for one operation, from its start to its end. */
const open = new WeakMap<object, FrameworkSpan>();

/**
 * Listens to the AI SDK, version 7: each generation and embedding that has something to tell is an agent's run, each
 * tool executed a tool's. The channel runs the operation inside whatever is bound to it. A call with
 * `telemetry: { isEnabled: false }` does not appear on it; its model calls are seen all the same.
 */
export function watchAiSdk(): void {
  const channel = tracingChannel(CHANNEL);
  // Of a store the channel uses `run` alone, around the operation.
  const spans = {
    run: <Result>(span: FrameworkSpan | null, fn: () => Result): Result => (span === null ? fn() : span.inside(fn)),
  };
  // What a transform throws would be an uncaught exception.
  channel.start.bindStore(spans as unknown as AsyncLocalStorage<FrameworkSpan | null>, (message: unknown) => {
    try {
      return startOperation(fieldsOrEmpty(message));
    } catch (fault) {
      sayFault('reading what the AI SDK does', fault);
      return null;
    }
  });
  // As would be what a subscriber throws.
  channel.asyncEnd.subscribe((message) => {
    try {
      endOperation(message as Fields);
    } catch (fault) {
      sayFault('reading what the AI SDK did', fault);
    }
  });
}

function startOperation(message: Fields): FrameworkSpan | null {
  const event = fieldsOrEmpty(message['event']);
  const span = spanOf(message['type'], event);
  if (span === null) return null;
  open.set(message, span);
  abandoned.register(message, span, message);
  return span;
}

function spanOf(type: unknown, event: Fields): FrameworkSpan | null {
  if (typeof type === 'string' && generations.has(type))
    return startGeneration({
      functionId: event['functionId'],
      // As much of it as `includeRuntimeContext` lets out.
      metadata: event['runtimeContext'],
      tools: event['tools'],
    });
  if (type !== 'executeTool') return null;
  const { toolName, toolCallId } = fieldsOrEmpty(event['toolCall']);
  const name = textOf(toolName);
  return name === null ? null : startTool({ name, callId: toolCallId });
}

function endOperation(message: Fields): void {
  const span = open.get(message);
  if (span === undefined) return;
  open.delete(message);
  abandoned.unregister(message);
  let error: unknown;
  try {
    error = errorOf(message);
  } finally {
    span.end(error === undefined ? undefined : { error });
  }
}

/** A tool that throws is an answer to the model, and is told as one. Of any other result the parts are getters that may throw. */
function errorOf(message: Fields): unknown {
  if (message['error'] !== undefined || message['type'] !== 'executeTool') return message['error'];
  const output = fieldsOrEmpty(fieldsOrEmpty(message['result'])['output']);
  return output['type'] === 'tool-error' ? output['error'] : undefined;
}
