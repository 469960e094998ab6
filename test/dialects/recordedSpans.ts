import { readFileSync } from 'node:fs';
import { decodeTraces } from '../../processor/decode/decodeTraces.ts';
import type { LlmCall } from '../../src/call.ts';
import { readSpan, type SpanReading } from '../../src/dialects/read.ts';
import { wantedKeys } from '../../src/dialects/wantedKeys.ts';
import type { Usage } from '../../src/usage.ts';
import { buckets } from './spans.ts';

interface Recording {
  readonly bills: readonly { readonly usage: Usage }[];
  readonly exports: readonly { readonly signal: string; readonly request: unknown }[];
}

/** What is read of the spans of a recording, in the order of their arrival. */
export function readRecording(path: string): SpanReading[] {
  return recordingAt(path)
    .exports.filter(({ signal }) => signal === 'traces')
    .flatMap(({ request }) => decodeTraces('json', Buffer.from(JSON.stringify(request)), wantedKeys).spans)
    .map((span) => readSpan(span));
}

export function callsOfRecording(path: string): LlmCall[] {
  return readRecording(path).flatMap((reading) =>
    reading.kind === 'call' && reading.call.role === 'call' ? [reading.call] : [],
  );
}

/** What was billed for the calls of a recording: uncached, cache read, cache write 5m, cache write 1h, output. */
export function billedOfRecording(path: string): (number | null)[][] {
  return recordingAt(path).bills.map(({ usage }) => buckets({ usage }).slice(0, 5));
}

/** What was read of calls, in the same buckets. A bucket that an emitter leaves out because it is empty is 0. */
export function readOf(calls: readonly LlmCall[]): number[][] {
  return calls.map((call) =>
    buckets(call)
      .slice(0, 5)
      .map((tokens) => tokens ?? 0),
  );
}

function recordingAt(path: string): Recording {
  const url = new URL(`../fixtures/recorded/${path}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Recording;
}
