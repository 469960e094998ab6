import { WireReader } from '../decode/wireReader.ts';
import { BodyEdits } from './bodyEdits.ts';
import { CHILDREN, SPAN_LEVEL } from './traceFields.ts';

interface TracesPart {
  readonly body: Buffer;
  readonly spans: number;
}

/**
 * Parts an ExportTraceServiceRequest into two with about half of its spans each, in their order; one entry, the body as
 * it is, where there is nothing to part. Resources and scopes stand in both, except those all of whose spans are in the
 * other. Bytes are otherwise untouched. Throws `malformed_payload` alone.
 */
export function splitTraces(body: Uint8Array): readonly TracesPart[] {
  const whole = new Cut(body, 0, Number.POSITIVE_INFINITY);
  whole.scan(0, body.length);
  const { spans } = whole;
  if (spans < 2) return [{ body: whole.reader.bytes, spans }];
  const middle = Math.ceil(spans / 2);
  return [
    { body: keepSpans(body, 0, middle), spans: middle },
    { body: keepSpans(body, middle, spans), spans: spans - middle },
  ];
}

function keepSpans(body: Uint8Array, from: number, to: number): Buffer {
  const cut = new Cut(body, from, to);
  const growth = cut.scan(0, body.length);
  return cut.edits.apply(cut.reader.bytes, growth);
}

/** Drops all spans but those from number `from` to before number `to`. */
class Cut {
  readonly reader: WireReader;
  readonly edits = new BodyEdits();
  /** All spans met so far. */
  spans = 0;
  #kept = 0;
  readonly #from: number;
  readonly #to: number;

  constructor(body: Uint8Array, from: number, to: number) {
    this.reader = new WireReader(body);
    this.#from = from;
    this.#to = to;
  }

  /** Reads the content of a message up to `end`. Returns by how many bytes its edits make it longer: none or fewer. */
  scan(level: number, end: number): number {
    const { reader } = this;
    let growth = 0;
    while (reader.position < end) {
      const start = reader.position;
      const tag = reader.readTag(end);
      if (tag === CHILDREN[level]) growth += this.#scanChild(level + 1, start, end);
      else reader.skip(tag, end);
    }
    return growth;
  }

  #scanChild(level: number, start: number, end: number): number {
    const { reader, edits } = this;
    const edit = edits.count;
    const lengthStart = reader.position;
    const contentEnd = reader.readEnd(end);
    const contentStart = reader.position;
    const { spans: spansBefore } = this;
    const keptBefore = this.#kept;
    let growth = 0;
    if (level === SPAN_LEVEL) this.#takeSpan(contentEnd);
    else {
      edits.openLength(lengthStart, contentStart);
      growth = this.scan(level, contentEnd);
    }
    if (this.spans > spansBefore && this.#kept === keptBefore) {
      edits.cutBack(edit);
      edits.drop(start, contentEnd);
      return start - contentEnd;
    }
    if (level < SPAN_LEVEL && edits.count > edit + 1) {
      return growth + edits.closeLength(edit, contentEnd - contentStart + growth);
    }
    edits.cutBack(edit);
    return 0;
  }

  #takeSpan(end: number): void {
    if (this.spans >= this.#from && this.spans < this.#to) this.#kept += 1;
    this.spans += 1;
    this.reader.position = end;
  }
}
