import { env } from './config.ts';

/** A process that fails the same way for ever says so this often; the rest would only repeat it. */
const DISTINCT_LINES_MAX = 50;

const said = new Set<string>();

/**
 * Writes one line to stderr, once for each distinct message. OpenTelemetry's `diag` is silent until somebody sets a
 * logger, and a logger of ours would take the place of the application's. `OTEL_LOG_LEVEL=none` silences it.
 */
export function say(message: string): void {
  if (said.has(message) || said.size >= DISTINCT_LINES_MAX || env('OTEL_LOG_LEVEL')?.toLowerCase() === 'none') return;
  said.add(message);
  try {
    process.stderr.write(`tollgate: ${message}\n`);
  } catch {
    // A closed stderr is no reason to fail the application.
  }
}

/** Reports a fault of ours that was caught. The application goes on as if the instrumentation were absent. */
export function sayFault(where: string, fault: unknown): void {
  say(
    `${where}: ${fault instanceof Error ? `${fault.name}: ${fault.message}` : String(fault)}; the application is not affected`,
  );
}
