import { ProxyTracerProvider, trace } from '@opentelemetry/api';
import { sayFault } from './fault.ts';
import { forceFlush } from './sending/tracer.ts';
import { shared } from './shared.ts';

const TIMEOUT_MS = 2_000;
/** A timer that is longer goes off at once. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

export interface FlushOptions {
  /** How long to wait at most; 2 s unless given. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Resolves when the spans, metrics and settlements of all calls that have ended by now are sent, or when the time is over;
 * never rejects. For functions that are frozen between two requests, where nothing is sent in the background.
 */
export async function flush(options?: FlushOptions | null): Promise<void> {
  const given = options?.timeoutMs;
  const timeoutMs = typeof given === 'number' && given >= 0 ? Math.min(given, TIMEOUT_MAX_MS) : TIMEOUT_MS;
  let timer: NodeJS.Timeout | undefined;
  const timeIsOver = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  try {
    await Promise.race([shared.flush?.() ?? forceFlush(registered()), timeIsOver]);
  } catch (fault) {
    sayFault('flushing', fault);
  } finally {
    clearTimeout(timer);
  }
}

/** Without the preload there is only the application's own provider. */
function registered(): object {
  const provider = trace.getTracerProvider();
  return provider instanceof ProxyTracerProvider ? provider.getDelegate() : provider;
}
