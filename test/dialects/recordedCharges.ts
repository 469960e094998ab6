import { readdirSync, readFileSync } from 'node:fs';
import { decodeLogs } from '../../processor/decode/decodeLogs.ts';
import { decodeTraces } from '../../processor/decode/decodeTraces.ts';
import type { Attribution, Charge, LlmCall, PricedCall, SpanSkeleton } from '../../src/call.ts';
import { readLog } from '../../src/dialects/logs/readLog.ts';
import { wantedLogs } from '../../src/dialects/logs/wantedLogs.ts';
import { readSpan } from '../../src/dialects/read.ts';
import { wantedKeys } from '../../src/dialects/wantedKeys.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import type { ReceivedSpan } from '../../src/span.ts';
import type { Usage } from '../../src/usage.ts';
import { contentOfCall, contentOfSpan, isBetter } from '../../processor/store/content.ts';
import { type Received, rowsOf } from '../simulation/auditor/row.ts';
import { resolve } from '../simulation/resolve.ts';

export interface Bill {
  readonly response_id: string | null;
  readonly model: string;
  readonly path: string;
  readonly usage: Usage;
  readonly status: number;
}

export interface Fixture {
  /** `FOLDER/SCENARIO`. */
  readonly path: string;
  readonly source: string;
  readonly scenario: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Null for one written by hand. */
  readonly recordedBy: string | null;
  readonly handWrittenAfter?: string;
  readonly exports: readonly { readonly signal: string; readonly request: unknown }[];
  readonly bills: readonly Bill[];
}

/** A call or container of a fixture and what is decided of it. */
export interface Decided {
  readonly call: PricedCall;
  readonly charge: Charge;
  readonly chargeReason: string | null;
  readonly attribution: Attribution;
}

const folder = new URL('../fixtures/recorded/', import.meta.url);

export function fixturePaths(): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => path.slice(0, -'.json'.length))
    .sort();
}

export function readFixture(path: string): Fixture {
  const fixture = JSON.parse(readFileSync(new URL(`${path}.json`, folder), 'utf8')) as Omit<Fixture, 'path'>;
  return { ...fixture, path };
}

/** What arrives, span by span and record by record: decoded, read and priced as the service does it. */
export function receive({ exports }: Fixture): Received[] {
  return exports.flatMap(({ signal, request }) => {
    const body = Buffer.from(JSON.stringify(request));
    if (signal === 'traces') return decodeTraces('json', body, wantedKeys).spans.map(receivedSpan);
    if (signal !== 'logs') return [];
    const calls = decodeLogs('json', body, wantedLogs).logs.flatMap((record) => readLog(record) ?? []);
    return calls.map((call) => received(call, call));
  });
}

export function receivedSpan(span: ReceivedSpan): Received {
  const reading = readSpan(span);
  return reading.kind === 'call' ? received(reading.call, reading.call) : received(reading.skeleton, null);
}

const pricing = createPricing();

function received(span: SpanSkeleton, call: LlmCall | null): Received {
  return { tenant: 'default', keyAgent: null, receivedMs: 0, span, call: call === null ? null : pricing.price(call) };
}

/** What is decided once the settle delay has passed, by start and span id. */
export function settleReceived(received: readonly Received[]): Decided[] {
  const rows = rowsOf(received, (one, other) => isBetter(contentOf(one), contentOf(other)));
  const decided = [...resolve(rows).values()].flatMap(({ span, charge, chargeReason, attribution }) =>
    span.row.call === null ? [] : [{ call: span.row.call, charge, chargeReason, attribution }],
  );
  return decided.sort((one, two) => (keyOf(one) < keyOf(two) ? -1 : 1));
}

function contentOf({ span, call }: Received): ReturnType<typeof contentOfSpan> {
  return call === null ? contentOfSpan(span) : contentOfCall(call, null);
}

function keyOf({ call }: Decided): string {
  return `${call.startUnixNano.toString().padStart(20, '0')} ${call.traceId}/${call.spanId}`;
}
