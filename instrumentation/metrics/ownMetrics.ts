import { createRequire } from 'node:module';
import { context } from '@opentelemetry/api';
import type { IMetricReader, MeterProvider, PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { Destination } from '../destination.ts';
import { say } from '../fault.ts';
import { openTelemetryCore } from '../lateModules.ts';
import { send } from '../sending/sender.ts';
import type { MetricsConfig } from './metricsConfig.ts';

/** The SDK is loaded with the first call of a process that asks for metrics and has none. */
const load = createRequire(import.meta.url);
const loadSdk = (): typeof import('@opentelemetry/sdk-metrics') =>
  load('@opentelemetry/sdk-metrics') as typeof import('@opentelemetry/sdk-metrics');

/** How long a process that has nothing else to do waits for its last metrics. */
const NATURAL_END_MS = 2_000;
/** `ExportResultCode` of the SDK. */
const [SUCCESS, FAILED] = [0, 1];

export function startOwnMetrics(config: MetricsConfig): MeterProvider {
  const { defaultResource, detectResources, envDetector } = load(
    '@opentelemetry/resources',
  ) as typeof import('@opentelemetry/resources');
  const provider = new (loadSdk().MeterProvider)({
    resource: defaultResource().merge(detectResources({ detectors: [envDetector] })),
    readers: [readerOf(config)],
  });
  if (config.exporter !== 'prometheus') flushAtEnd(provider);
  return provider;
}

function readerOf(config: MetricsConfig): IMetricReader {
  if (config.exporter === 'prometheus') return prometheusReader(config);
  const { ConsoleMetricExporter, PeriodicExportingMetricReader } = loadSdk();
  const exporter = config.destination === null ? new ConsoleMetricExporter() : otlpExporter(config.destination);
  return new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: config.intervalMs });
}

/** A port that is taken costs the metrics, not the process: a second process of the application finds it so. */
function prometheusReader({ prometheus }: MetricsConfig): IMetricReader {
  const { PrometheusExporter } = load(
    '@opentelemetry/exporter-prometheus',
  ) as typeof import('@opentelemetry/exporter-prometheus');
  return new PrometheusExporter(prometheus, (fault) => {
    if (fault instanceof Error) say(`cannot serve metrics: ${fault.message}`);
  });
}

/** The SDK's own exporter holds a finished process with its retries; what is missed is in the next export. */
function otlpExporter(destination: Destination): PushMetricExporter {
  const { JsonMetricsSerializer, ProtobufMetricsSerializer } = load(
    '@opentelemetry/otlp-transformer',
  ) as typeof import('@opentelemetry/otlp-transformer');
  const serializer = destination.protocol === 'http/json' ? JsonMetricsSerializer : ProtobufMetricsSerializer;
  return {
    export(metrics, done) {
      const bytes = serializer.serializeRequest(metrics) ?? new Uint8Array();
      void context
        .with(openTelemetryCore().suppressTracing(context.active()), () => send(destination, bytes))
        .then((outcome) => {
          if (outcome.status !== 'accepted') say(`cannot send metrics: ${outcome.reason}`);
          done({ code: outcome.status === 'accepted' ? SUCCESS : FAILED });
        });
    },
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
}

function flushAtEnd(provider: MeterProvider): void {
  let isFlushed = false;
  process.on('beforeExit', () => {
    // Once: a flush makes the process run out of work again.
    if (isFlushed) return;
    isFlushed = true;
    const hold = setTimeout(() => undefined, NATURAL_END_MS);
    void provider
      .forceFlush()
      .catch(() => undefined)
      .finally(() => clearTimeout(hold));
  });
}
