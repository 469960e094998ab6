/**
 * What decoding one span costs, in microseconds of CPU: Tollgate's decoder, a full protobufjs decode of the same bytes,
 * and JSON.parse of the same request in OTLP/JSON. The decoders take turns in one process, so that a neighbour's load falls on
 * all of them; the medians of the rounds are what to compare. They do not do equal work: protobufjs and JSON.parse build
 * every attribute of every span, Tollgate those that some dialect reads. Run: node dist/bench/decode.js [--short]
 */
import { decodeTraces } from '../processor/decode/decodeTraces.ts';
import { wantedKeys } from '../src/dialects/wantedKeys.ts';
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

function decodersFor(payloads: readonly Uint8Array[]): Arm[] {
  const requestType = exportTraceServiceRequestType();
  const at = (turn: number): Uint8Array => payloads[turn] ?? new Uint8Array();
  const texts = payloads.map((bytes) =>
    Buffer.from(JSON.stringify(requestType.toObject(requestType.decode(bytes), { longs: String, bytes: String }))),
  );
  return [
    { name: 'Tollgate, protobuf', run: (turn) => decodeTraces('protobuf', at(turn), wantedKeys).spans.length },
    { name: 'protobufjs, protobuf', run: (turn) => Object.keys(requestType.decode(at(turn))).length },
    {
      name: 'JSON.parse, JSON',
      run: (turn) => Object.keys(JSON.parse((texts[turn] ?? Buffer.alloc(0)).toString('utf8'))).length,
    },
  ];
}

function compare(title: string, genAiShare: number): void {
  const source = createPayloadSource({ spans: SPANS, seed: 7, genAiShare });
  const payloads = Array.from({ length: PAYLOADS }, (_, index) => source.next(START_UNIX_NANO + BigInt(index)));
  const decoders = decodersFor(payloads);
  const figures = measureInTurn(decoders, SIZE);
  const ours = figures[0] ?? [];
  const rows = decoders.map((decoder, index) => {
    const own = figures[index] ?? [];
    const ratios = own.map((figure, round) => figure / (ours[round] ?? Number.NaN));
    return [
      decoder.name,
      median(own),
      spread(own),
      Number(median(ratios).toFixed(1)),
      spread(ratios.map((ratio) => Number(ratio.toFixed(1)))),
    ];
  });
  const kilobytes = (source.bytes / SPANS / 1000).toFixed(2);
  printTable(
    `${title}: ${source.genAiSpans} of ${SPANS} spans GenAI, ${kilobytes} kB a span`,
    ['decoder', 'CPU µs/span', 'rounds', '× Tollgate', 'rounds'],
    rows,
  );
  process.stdout.write(
    `Ratio on this payload: a protobufjs decode costs ${rows[1]?.[3]}× Tollgate's. Noise: the slowest of Tollgate's ${ROUNDS} rounds took ${(Math.max(...ours) / Math.min(...ours)).toFixed(2)}× the fastest.\n`,
  );
}

printMachine();
process.stdout.write(`- ${ROUNDS} interleaved rounds of ${ROUND_CPU_US / 1000} ms CPU for each decoder\n`);
compare('Mixed payload', 0.25);
compare('GenAI payload', 1);
process.stdout.write(`\n(check ${sinkTotal() % 1000})\n`);
