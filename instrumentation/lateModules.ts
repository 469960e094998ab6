import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);
let core: typeof import('@opentelemetry/core') | null = null;

/** Some 40 files, and as many milliseconds of a start: loaded when something is first sent. */
export function openTelemetryCore(): typeof import('@opentelemetry/core') {
  core ??= load('@opentelemetry/core') as typeof import('@opentelemetry/core');
  return core;
}

/** The dearest of Node's own modules; of use for gRPC alone. */
export const http2Module = (): typeof import('node:http2') => load('node:http2') as typeof import('node:http2');
