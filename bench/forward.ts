/**
 * What adding Tollgate's attributes to the LLM spans of an export costs, in microseconds of CPU a span: splicing them into the
 * bytes, against decoding with protobufjs, appending to each span's attributes and encoding again, and against copying
 * the bytes alone, below which nothing gets. The arms take turns in one process, so that a neighbour's load falls on all;
 * ratios are of arms in the same round. Before anything is timed, the arms are seen to say the same.
 * Run: node dist/bench/forward.js [--short]
 */
import { isDeepStrictEqual } from 'node:util';
import type { AddedAttribute, Additions } from '../processor/forward/addedAttribute.ts';
import { spliceTraces } from '../processor/forward/spliceTraces.ts';
import { type Arm, measureInTurn, sinkTotal } from './cpuRounds.ts';
import { exportTraceServiceRequestType } from './otlpProto.ts';
import { createPayloadSource } from './payloads.ts';
import { median, printMachine, printTable, spread } from './table.ts';

const isShort = process.argv.includes('--short');
const ROUNDS = isShort ? 5 : 25;
/** Long enough for the CPU clock's microseconds and for a garbage collection or two. */
const ROUND_CPU_US = isShort ? 40_000 : 150_000;
const WARM_UP_CPU_US = 500_000;
const SPANS = 512;
/** In turn, as a body that has just arrived is in the processor's cache, though not in the nearest. */
const PAYLOADS = 4;
const START_UNIX_NANO = 1_760_000_000_000_000_000n;
const SIZE = {
  rounds: ROUNDS,
  payloads: PAYLOADS,
  spans: SPANS,
  warmUpCpuUs: WARM_UP_CPU_US,
  roundCpuUs: ROUND_CPU_US,
};

interface KeyValueMessage {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly doubleValue?: number };
}

interface SpanMessage {
  readonly attributes: KeyValueMessage[];
}

interface RequestMessage {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly SpanMessage[] }[] }[];
}

interface Payload {
  readonly bytes: Uint8Array;
  readonly additions: Additions;
}

const requestType = exportTraceServiceRequestType();
const decode = (bytes: Uint8Array): RequestMessage => requestType.decode(bytes) as unknown as RequestMessage;
const spansOf = (request: RequestMessage): SpanMessage[] =>
  request.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));

/** What the pipeline adds to a priced call: the cost, the charge and the user. */
function addedTo(call: number): AddedAttribute[] {
  const costUsd = `0.00${(call * 7919) % 100_000}`;
  return [
    { key: 'gen_ai.usage.cost.amount', value: Number(costUsd) },
    { key: 'gen_ai.usage.cost.currency', value: 'USD' },
    { key: 'gen_ai.usage.cost.source', value: 'local' },
    { key: 'tollgate.cost.usd', value: costUsd },
    { key: 'tollgate.cost.status', value: 'priced' },
    { key: 'tollgate.charge', value: 'charged' },
    { key: 'gen_ai.agent.name', value: 'support-triage' },
    { key: 'user.id', value: `user-${call % 1000}` },
    { key: 'gen_ai.conversation.id', value: `session-${call % 5000}` },
  ];
}

function additionsFor(bytes: Uint8Array): Additions {
  const additions = new Map<number, AddedAttribute[]>();
  for (const [ordinal, span] of spansOf(decode(bytes)).entries()) {
    const isCall = span.attributes.some(({ key }) => key === 'gen_ai.request.model');
    if (isCall) additions.set(ordinal, addedTo(additions.size));
  }
  return additions;
}

/** As one would without splicing. It drops nothing, so it has less to do. */
function decodeAppendEncode({ bytes, additions }: Payload): Uint8Array {
  const request = decode(bytes);
  let ordinal = 0;
  for (const { scopeSpans } of request.resourceSpans) {
    for (const { spans } of scopeSpans) {
      for (const { attributes } of spans) {
        const added = additions.get(ordinal);
        ordinal += 1;
        if (added !== undefined) append(attributes, added);
      }
    }
  }
  return requestType.encode(request).finish();
}

function append(attributes: KeyValueMessage[], added: readonly AddedAttribute[]): void {
  const keys = new Set(attributes.map(({ key }) => key));
  for (const { key, value } of added) {
    if (keys.has(key)) continue;
    attributes.push({ key, value: typeof value === 'string' ? { stringValue: value } : { doubleValue: value } });
  }
}

function verify(payload: Payload): void {
  const plain = (bytes: Uint8Array): object => requestType.toObject(requestType.decode(bytes), { longs: String });
  const ours = plain(spliceTraces(payload.bytes, payload.additions));
  if (!isDeepStrictEqual(ours, plain(decodeAppendEncode(payload)))) throw new Error('the arms do not say the same');
}

function armsFor(payloads: readonly Payload[]): Arm[] {
  const at = (turn: number): Payload => payloads[turn] ?? { bytes: new Uint8Array(), additions: new Map() };
  return [
    { name: 'Tollgate: splice', run: (turn) => spliceTraces(at(turn).bytes, at(turn).additions).length },
    { name: 'protobufjs: decode, append, encode', run: (turn) => decodeAppendEncode(at(turn)).length },
    { name: 'Tollgate: nothing to add', run: (turn) => spliceTraces(at(turn).bytes, new Map()).length },
    { name: 'a copy of the bytes', run: (turn) => Buffer.from(at(turn).bytes).length },
  ];
}

function compare(title: string, genAiShare: number): void {
  const source = createPayloadSource({ spans: SPANS, seed: 7, genAiShare });
  const payloads = Array.from({ length: PAYLOADS }, (_, index): Payload => {
    const bytes = source.next(START_UNIX_NANO + BigInt(index));
    return { bytes, additions: additionsFor(bytes) };
  });
  payloads.forEach(verify);
  const arms = armsFor(payloads);
  const figures = measureInTurn(arms, SIZE);
  const ours = figures[0] ?? [];
  const bytesASpan = source.bytes / SPANS;
  const rows = arms.map(({ name }, index) => {
    const own = figures[index] ?? [];
    const ratios = own.map((figure, round) => Number((figure / (ours[round] ?? Number.NaN)).toPrecision(3)));
    return [name, median(own), spread(own), Math.round(bytesASpan / median(own)), median(ratios), spread(ratios)];
  });
  printTable(
    `${title}: ${payloads[0]?.additions.size} of ${SPANS} spans added to, ${(bytesASpan / 1000).toFixed(2)} kB a span`,
    ['arm', 'CPU µs/span', 'rounds', 'MB/s of a core', '× splice', 'rounds'],
    rows,
  );
  const noise = (Math.max(...ours) / Math.min(...ours)).toFixed(2);
  process.stdout.write(
    `\nDecoding, appending and encoding costs ${rows[1]?.[4]}× the splice. Noise: the slowest of its ${ROUNDS} rounds took ${noise}× the fastest.\n`,
  );
}

printMachine();
process.stdout.write(
  `- ${ROUNDS} interleaved rounds of ${ROUND_CPU_US / 1000} ms CPU for each arm; up to 9 attributes are added to an LLM span\n`,
);
compare('Mixed payload', 0.25);
compare('GenAI payload', 1);
process.stdout.write(`\n(check ${sinkTotal() % 1000})\n`);
