import { chatSpan, databaseSpan, plainFields, resourceAttributes, scopePiece, serverSpan } from './payloadSpans.ts';
import type { Mark, SpanBody, SpanPlace } from './payloadSpans.ts';
import { blank, blankFixed64Field, field, join, type Piece } from './protobufPieces.ts';
import { createRandom } from './random.ts';

export interface PayloadOptions {
  readonly spans: number;
  /** The same seed gives the same bytes, ids included. Clients that send at the same time take one each. */
  readonly seed: number;
  /** 0 to 1. The other spans are HTTP server and database spans. */
  readonly genAiShare: number;
  /** The root of each trace comes with the next payload, as it does where a request takes longer than exports are apart. */
  readonly rootsLater?: boolean;
  /** Prompt and answer of a GenAI span together; default 4,000. */
  readonly contentBytes?: number;
}

export interface PayloadSource {
  readonly spans: number;
  /** `chat` spans among them: what a ledger must hold for each payload. */
  readonly genAiSpans: number;
  readonly bytes: number;
  /**
   * A new ExportTraceServiceRequest: ids, provider response ids and conversations are new, the rest is the same. The
   * spans start within two seconds after `startUnixNano`. Costs a copy and about half a microsecond a span.
   */
  next(startUnixNano: bigint): Uint8Array;
}

const SPANS_PER_TRACE = 8;
const SPAN_SPACING_NANO = 3_000_000n;
const SPAN_DURATION_NANO = 1_250_000_000n;
const CONTENT_BYTES = 4000;

export function createPayloadSource(options: PayloadOptions): PayloadSource {
  const random = createRandom(options.seed);
  const bodies = Array.from({ length: options.spans }, (_, span) => spanBody(options, span, random));
  const template = request(options, bodies);
  const idRandom = createRandom(options.seed ^ 0x5bd1e995);
  let previous: Ids | null = null;
  return {
    spans: options.spans,
    genAiSpans: bodies.filter((body) => body.scope === 'genai').length,
    bytes: template.bytes.length,
    next: (startUnixNano) => {
      const ids = newIds(idRandom, options.spans);
      const bytes = fill(template, ids, previous ?? ids, startUnixNano);
      previous = ids;
      return bytes;
    },
  };
}

/** GenAI spans are spread evenly; the first of the others in each trace is its server span. */
function spanBody(options: PayloadOptions, span: number, random: () => number): SpanBody {
  const place: SpanPlace = { trace: Math.floor(span / SPANS_PER_TRACE), span, random };
  const isGenAi = Math.floor((span + 1) * options.genAiShare) > Math.floor(span * options.genAiShare);
  if (isGenAi) return chatSpan(place, options.contentBytes ?? CONTENT_BYTES);
  return span % SPANS_PER_TRACE === 0 ? serverSpan(place) : databaseSpan(place);
}

function request({ seed, rootsLater = false }: PayloadOptions, bodies: readonly SpanBody[]): Piece<Mark> {
  const scopes = (['http', 'pg', 'genai'] as const).map((scope) => {
    const spans = bodies.flatMap((body, span) =>
      body.scope === scope ? [field<Mark>(2, spanPiece(body, span, bodies, rootsLater))] : [],
    );
    return spans.length === 0 ? [] : [field<Mark>(2, join([field<Mark>(1, scopePiece(scope)), ...spans]))];
  });
  const resource = join(resourceAttributes(seed).map((piece) => field<Mark>(1, piece)));
  return field<Mark>(1, join([field<Mark>(1, resource), ...scopes.flat()]));
}

/** Every span but a trace's first is a child of the first, unless that is a call itself: calls do not call each other. */
function spanPiece(body: SpanBody, span: number, bodies: readonly SpanBody[], rootsLater: boolean): Piece<Mark> {
  const trace = Math.floor(span / SPANS_PER_TRACE);
  const root = trace * SPANS_PER_TRACE;
  const offsetNano = BigInt(span % SPANS_PER_TRACE) * SPAN_SPACING_NANO;
  const isLate = rootsLater && span === root;
  return join<Mark>([
    field<Mark>(1, blank(16, { kind: 'traceId', trace, isLate })),
    field<Mark>(2, blank(8, { kind: 'spanId', span, isLate })),
    ...(span === root || bodies[root]?.scope === 'genai'
      ? []
      : [field<Mark>(4, blank(8, { kind: 'spanId', span: root, isLate: false }))]),
    blankFixed64Field(7, { kind: 'time', offsetNano }),
    blankFixed64Field(8, { kind: 'time', offsetNano: offsetNano + SPAN_DURATION_NANO }),
    ...plainFields(body),
  ]);
}

interface Ids {
  readonly traceWords: Uint32Array;
  readonly spanWords: Uint32Array;
}

function newIds(random: () => number, spans: number): Ids {
  return {
    traceWords: randomWords(Math.ceil(spans / SPANS_PER_TRACE) * 4, random),
    spanWords: randomWords(spans * 2, random),
  };
}

/** `late` are the ids of the payload before. */
function fill(template: Piece<Mark>, ids: Ids, late: Ids, startUnixNano: bigint): Uint8Array {
  const bytes = Buffer.from(template.bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { traceWords, spanWords } = ids;
  for (const { at, mark } of template.marks) {
    switch (mark.kind) {
      case 'traceId': {
        const words = mark.isLate ? late.traceWords : traceWords;
        for (let word = 0; word < 4; word += 1) view.setUint32(at + word * 4, words[mark.trace * 4 + word] ?? 0);
        break;
      }
      case 'spanId': {
        const words = mark.isLate ? late.spanWords : spanWords;
        for (let word = 0; word < 2; word += 1) view.setUint32(at + word * 4, words[mark.span * 2 + word] ?? 0);
        break;
      }
      case 'time':
        view.setBigUint64(at, startUnixNano + mark.offsetNano, true);
        break;
      case 'spanText':
        writeHex(bytes, at, spanWords, mark.span * 2, 2);
        writeHex(bytes, at + 16, traceWords, Math.floor(mark.span / SPANS_PER_TRACE) * 4, 1);
        break;
      case 'traceText':
        writeHex(bytes, at, traceWords, mark.trace * 4, 2);
        break;
    }
  }
  return bytes;
}

function randomWords(count: number, random: () => number): Uint32Array {
  const words = new Uint32Array(count);
  for (let index = 0; index < count; index += 1) words[index] = random();
  return words;
}

const HEX_DIGITS = Buffer.from('0123456789abcdef');

/** `count` words, eight digits each. */
function writeHex(bytes: Uint8Array, at: number, words: Uint32Array, start: number, count: number): void {
  for (let digit = 0; digit < count * 8; digit += 1) {
    const word = words[start + (digit >> 3)] ?? 0;
    bytes[at + digit] = HEX_DIGITS[(word >>> (28 - (digit & 7) * 4)) & 15] ?? 0;
  }
}
