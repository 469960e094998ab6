import { readDestination } from '../destination.ts';
import type { Destination } from '../destination.ts';
import { variableReader } from '../variables.ts';
import type { Environment } from '../variables.ts';

const exporters = ['none', 'otlp', 'prometheus', 'console'] as const;
/** The specification's. */
const DEFAULT_INTERVAL_MS = 60_000;
const DEFAULT_PROMETHEUS_PORT = 9_464;
/** The specification says `localhost`, which could mean `::1`, where a scraper does not look. */
const DEFAULT_PROMETHEUS_HOST = '127.0.0.1';

/** Where metrics go if the application has no meter provider. */
export interface MetricsConfig {
  readonly exporter: (typeof exporters)[number];
  /** Null unless it is to be `otlp`. */
  readonly destination: Destination | null;
  readonly intervalMs: number;
  readonly prometheus: { readonly host: string; readonly port: number };
}

export function readMetricsConfig(values: Environment, apiKey: string | null, problems: string[]): MetricsConfig {
  const { first, choice, wholeNumber, port } = variableReader(values, problems);
  const exporter = choice(exporters, 'none', 'OTEL_METRICS_EXPORTER');
  // An endpoint for metrics alone is somebody else's: the key is not for them.
  const hasOwn = first('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT')[1] !== undefined;
  return {
    exporter,
    destination: exporter === 'otlp' ? readDestination('metrics', values, hasOwn ? null : apiKey, problems) : null,
    intervalMs: wholeNumber(DEFAULT_INTERVAL_MS, 'OTEL_METRIC_EXPORT_INTERVAL'),
    prometheus: {
      host: first('OTEL_EXPORTER_PROMETHEUS_HOST')[1] ?? DEFAULT_PROMETHEUS_HOST,
      port: port(DEFAULT_PROMETHEUS_PORT, 'OTEL_EXPORTER_PROMETHEUS_PORT'),
    },
  };
}
