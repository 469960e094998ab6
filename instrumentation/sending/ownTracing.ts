import { createRequire } from 'node:module';
import { ROOT_CONTEXT, context, createContextKey } from '@opentelemetry/api';
import type { Context, TracerProvider } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { AttributionSpanProcessor } from '../attribution/attributionProcessor.ts';
import type { Config } from '../config.ts';
import { installExit } from './exit.ts';
import { say } from '../fault.ts';
import { withRoot } from '../attribution/rootContext.ts';
import { Journal } from './journal.ts';
import { send } from './sender.ts';
import { SpanBatch } from './spanBatch.ts';
import type { SpanDelivery } from './spanBatch.ts';
import { Spool } from './spool.ts';

/** The SDK is loaded with the first span of a process that has none, not at every start. */
const load = createRequire(import.meta.url);

/** Our own provider, for applications without an OpenTelemetry SDK; null with `OTEL_TRACES_EXPORTER=none`. */
export function startOwnTracing(config: Config): TracerProvider | null {
  if (config.exporter === 'none') return null;
  const { NodeTracerProvider } = load(
    '@opentelemetry/sdk-trace-node',
  ) as typeof import('@opentelemetry/sdk-trace-node');
  const { defaultResource, detectResources, envDetector } = load(
    '@opentelemetry/resources',
  ) as typeof import('@opentelemetry/resources');
  carryContext();
  return new NodeTracerProvider({
    resource: defaultResource().merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [
      new AttributionSpanProcessor(),
      config.exporter === 'console' ? consoleProcessor() : otlpProcessor(config),
    ],
  });
}

/** Sends what an earlier process left behind. Nothing of it keeps this process alive. */
export function drainSpool(config: Config): void {
  const spool = new Spool(config.spoolDirectories);
  if (config.exporter !== 'otlp') return;
  spool.removePartial();
  if (spool.files().length === 0) return;
  setImmediate(() => void spool.drain((bytes) => send(config.destination, bytes))).unref();
}

function consoleProcessor(): SpanProcessor {
  const { ConsoleSpanExporter, SimpleSpanProcessor } = load(
    '@opentelemetry/sdk-trace-node',
  ) as typeof import('@opentelemetry/sdk-trace-node');
  return new SimpleSpanProcessor(new ConsoleSpanExporter());
}

function otlpProcessor(config: Config): SpanProcessor {
  const transformer = load('@opentelemetry/otlp-transformer') as typeof import('@opentelemetry/otlp-transformer');
  const { destination } = config;
  const serializer =
    destination.protocol === 'http/json' ? transformer.JsonTraceSerializer : transformer.ProtobufTraceSerializer;
  const spool = new Spool(config.spoolDirectories);
  const serialize = (spans: ReadableSpan[]): Uint8Array => serializer.serializeRequest(spans) ?? new Uint8Array();
  // Until proven otherwise: what an earlier process left may not have gone out as this one started.
  let keepsSome = true;
  const delivery: SpanDelivery = {
    serialize,
    journal: config.journals ? new Journal(spool, (span) => serialize([span])) : null,
    send: (bytes) => send(destination, bytes),
    keep: (bytes) => {
      const isKept = spool.write(bytes) !== null;
      keepsSome ||= isKept;
      return isKept;
    },
    accepted: (answer) => {
      const rejected = answer.byteLength === 0 ? undefined : serializer.deserializeResponse(answer).partialSuccess;
      if (rejected?.rejectedSpans)
        say(`the receiver rejected ${rejected.rejectedSpans} spans: ${rejected.errorMessage ?? 'no reason given'}`);
      if (!keepsSome) return;
      keepsSome = false;
      void spool
        .drain((bytes) => send(destination, bytes))
        .then((isEmpty) => {
          keepsSome ||= !isEmpty;
        });
    },
  };
  const batch = new SpanBatch(config, delivery);
  installExit({ batch, delivery, destination, spool: (bytes) => spool.write(bytes) });
  return batch;
}

/** Parents reach their children through a context manager; an application that has one keeps it. */
function carryContext(): void {
  const probe = createContextKey('tollgate probe');
  const carried = context.with(ROOT_CONTEXT.setValue(probe, true), () => context.active().getValue(probe) === true);
  if (carried) return;
  const { AsyncLocalStorageContextManager } = load(
    '@opentelemetry/context-async-hooks',
  ) as typeof import('@opentelemetry/context-async-hooks');
  /** Where nothing is active, the parent of the process is. */
  class RootedContextManager extends AsyncLocalStorageContextManager {
    override active(): Context {
      return withRoot(super.active());
    }
  }
  context.setGlobalContextManager(new RootedContextManager().enable());
}
