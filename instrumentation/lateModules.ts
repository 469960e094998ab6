import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);
let core: typeof import('@opentelemetry/core') | null = null;

/** Some 40 files, and as many milliseconds of a start: loaded when something is first sent. */
export function openTelemetryCore(): typeof import('@opentelemetry/core') {
  core ??= load('@opentelemetry/core') as typeof import('@opentelemetry/core');
  return core;
}

/** As it is at the start: what others hang on `require` later is for the application's modules, and would be run by ours. */
const getBuiltinModule = process.getBuiltinModule.bind(process) as typeof process.getBuiltinModule;

type Transport = typeof import('node:http') | typeof import('node:https');

/** Of Node's own modules those that cost a start most, up to 14 ms, and are of use only when something is sent. */
export const transportOf = ({ protocol }: URL): Transport =>
  getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http');
export const http2Module = (): typeof import('node:http2') => getBuiltinModule('node:http2');
export const zlibModule = (): typeof import('node:zlib') => getBuiltinModule('node:zlib');
