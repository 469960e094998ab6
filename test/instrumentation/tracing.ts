import { AsyncLocalStorage } from 'node:async_hooks';
import { ROOT_CONTEXT, context, trace } from '@opentelemetry/api';
import type { Context, ContextManager } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

export interface Tracing {
  readonly span: (name: string) => ReadableSpan;
  readonly all: () => ReadableSpan[];
  readonly names: () => string[];
  /** The name of the span around it; null for a root. */
  readonly parentOf: (name: string) => string | null;
  readonly attributesOf: (name: string) => ReadableSpan['attributes'];
  readonly forget: () => void;
  readonly stop: () => void;
}

/** A tracer provider of this process, with a context manager, that keeps what ends. One a test file: tracers are kept. */
export function startTracing(): Tracing {
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  context.setGlobalContextManager(contextManager());
  const all = (): ReadableSpan[] => exporter.getFinishedSpans();
  const span = (name: string): ReadableSpan => {
    const found = all().filter((candidate) => candidate.name === name);
    if (found.length !== 1) throw new Error(`${name}: expected one span, found ${found.length}`);
    return found[0] as ReadableSpan;
  };
  return {
    span,
    all,
    names: () => all().map(({ name }) => name),
    parentOf: (name) => {
      const id = span(name).parentSpanContext?.spanId;
      return id === undefined ? null : (all().find((other) => other.spanContext().spanId === id)?.name ?? 'unknown');
    },
    attributesOf: (name) => span(name).attributes,
    forget: () => exporter.reset(),
    stop: () => {
      trace.disable();
      context.disable();
    },
  };
}

function contextManager(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, fn, self, ...args) => storage.run(active, () => Reflect.apply(fn, self, args)),
    bind: (_context, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}
