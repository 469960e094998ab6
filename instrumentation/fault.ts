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
    write(`tollgate: ${message}\n`);
  } catch {
    // A closed stderr is no reason to fail the application.
  }
}

const ignore = (): void => undefined;

/** Who read stderr may be gone: the event that tells would end an application that never writes there itself. */
function write(line: string): void {
  const { stderr } = process;
  if (!stderr.listeners('error').includes(ignore)) stderr.on('error', ignore);
  // The event comes after the callback.
  stderr.write(line, () => setImmediate(() => stderr.removeListener('error', ignore)).unref());
}

/** Reports a fault of ours that was caught. The application goes on as if the instrumentation were absent. */
export function sayFault(where: string, fault: unknown): void {
  say(`${where}: ${nameAndMessage(fault)}; the application is not affected`);
}

/** What went wrong, for people: an error of several addresses that were tried has a code and no message. */
export function reasonOfFault(fault: unknown): string {
  const { message, code } = fault instanceof Error ? (fault as NodeJS.ErrnoException) : { message: '', code: '' };
  return message || code || nameAndMessage(fault);
}

/** Anything can be thrown, objects without a text too. */
function nameAndMessage(fault: unknown): string {
  try {
    return fault instanceof Error ? `${fault.name}: ${fault.message}` : String(fault);
  } catch {
    return 'something that has no text was thrown';
  }
}
