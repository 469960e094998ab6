import { WireReader } from '../decode/wireReader.ts';
import type { AddedAttribute, Additions } from './addedAttribute.ts';
import { AddedKeys, startsWith, type AddedKey } from './addedKeys.ts';
import { BodyEdits } from './bodyEdits.ts';
import { CHILDREN, KEY_VALUE, SPAN_ATTRIBUTES, SPAN_LEVEL } from './traceFields.ts';

const CHARGE = Buffer.from('tollgate.charge');
const COST = Buffer.from('tollgate.cost.');
const USAGE_COST = Buffer.from('gen_ai.usage.cost.');

/**
 * Takes what Tollgate wrote out of the spans of an ExportTraceServiceRequest, and appends attributes to them. The bytes
 * of everything else stay as they are, fields that OTLP does not know included; only the lengths of the messages around a
 * change are written anew. Where nothing changes, the bytes come back uncopied.
 *
 * Dropped on every span: `tollgate.charge` and `tollgate.cost.*`; on a span that has one of those, `gen_ai.usage.cost.*`
 * too. Then an addition goes to the span's end, unless the span has an attribute of that key left. Two passes: one finds
 * spans and keys and notes the edits, the other writes. Throws `malformed_payload` alone.
 */
export function spliceTraces(body: Uint8Array, additions: Additions): Buffer {
  const splice = new Splice(body, additions);
  const growth = splice.scan(0, body.length);
  return splice.edits.apply(splice.reader.bytes, growth);
}

class Splice {
  readonly reader: WireReader;
  readonly edits = new BodyEdits();
  readonly #additions: Additions;
  readonly #keys = new AddedKeys();
  #ordinal = 0;
  /** Scans of spans so far, which tell what was seen in this one from what was seen in others. */
  #scans = 0;
  /** Of what is added to the span being read. */
  #spanKeys: AddedKey[] = [];
  /** Whether the span has an attribute that Tollgate alone writes, and one that others write too. */
  #hasCharge = false;
  #hasUsageCost = false;

  constructor(body: Uint8Array, additions: Additions) {
    this.reader = new WireReader(body);
    this.#additions = additions;
  }

  /** Reads the content of a message up to `end`. Returns by how many bytes its edits make it longer. */
  scan(level: number, end: number): number {
    if (level === SPAN_LEVEL) return this.#scanSpan(end);
    const { reader } = this;
    let growth = 0;
    while (reader.position < end) {
      const tag = reader.readTag(end);
      if (tag === CHILDREN[level]) growth += this.#scanChild(level + 1, end);
      else reader.skip(tag, end);
    }
    return growth;
  }

  #scanChild(level: number, end: number): number {
    const { reader, edits } = this;
    const lengthStart = reader.position;
    const contentEnd = reader.readEnd(end);
    const contentStart = reader.position;
    const edit = edits.count;
    edits.openLength(lengthStart, contentStart);
    const growth = this.scan(level, contentEnd);
    if (edits.count > edit + 1) return growth + edits.closeLength(edit, contentEnd - contentStart + growth);
    edits.cutBack(edit);
    return 0;
  }

  #scanSpan(end: number): number {
    const { reader, edits } = this;
    const start = reader.position;
    const firstEdit = edits.count;
    const added = this.#additions.get(this.#ordinal);
    this.#ordinal += 1;
    this.#spanKeys.length = 0;
    if (added !== undefined) for (const { key } of added) this.#spanKeys.push(this.#keys.of(key));
    let growth = this.#scanFields(end, false);
    if (this.#hasCharge && this.#hasUsageCost) {
      // Who wrote the usage cost is known only now: once more, and without it.
      edits.cutBack(firstEdit);
      reader.position = start;
      growth = this.#scanFields(end, true);
    }
    return added === undefined ? growth : growth + this.#append(added, end);
  }

  #append(added: readonly AddedAttribute[], end: number): number {
    const { insertions } = this.edits;
    const insertStart = insertions.length;
    for (let index = 0; index < added.length; index += 1) {
      const key = this.#spanKeys[index] as AddedKey;
      if (key.seenIn === this.#scans) continue;
      key.seenIn = this.#scans;
      insertions.writeAttribute(key.head, (added[index] as AddedAttribute).value);
    }
    if (insertions.length > insertStart) this.edits.insert(end, insertStart);
    return insertions.length - insertStart;
  }

  #scanFields(end: number, dropsUsageCost: boolean): number {
    const { reader } = this;
    this.#scans += 1;
    this.#hasCharge = false;
    this.#hasUsageCost = false;
    let growth = 0;
    while (reader.position < end) {
      const start = reader.position;
      const tag = reader.readTag(end);
      if (tag !== SPAN_ATTRIBUTES) reader.skip(tag, end);
      else if (!this.#keepsAttribute(reader.readEnd(end), dropsUsageCost)) {
        this.edits.drop(start, reader.position);
        growth -= reader.position - start;
      }
    }
    return growth;
  }

  /** Reads one KeyValue; false where it is to be dropped. */
  #keepsAttribute(end: number, dropsUsageCost: boolean): boolean {
    const { reader } = this;
    const { bytes } = reader;
    // Encoders write a short key, then its value, then nothing: in that shape most attributes are done with at once.
    let keyStart = reader.position + 2;
    let keyEnd = keyStart + (bytes[keyStart - 1] as number);
    const isUsual =
      bytes[keyStart - 2] === KEY_VALUE.key &&
      keyEnd < keyStart + 0x80 &&
      keyEnd + 2 + (bytes[keyEnd + 1] as number) === end &&
      bytes[keyEnd] === KEY_VALUE.value &&
      (bytes[keyEnd + 1] as number) < 0x80;
    if (isUsual) reader.position = end;
    else {
      keyStart = end;
      keyEnd = end;
      // In any order, and more than once: the last key is the key, and none at all is the empty one.
      while (reader.position < end) {
        const tag = reader.readTag(end);
        if (tag === KEY_VALUE.key) {
          keyEnd = reader.readEnd(end);
          keyStart = reader.position;
          reader.position = keyEnd;
        } else reader.skip(tag, end);
      }
    }
    if (isTollgates(bytes, keyStart, keyEnd)) {
      this.#hasCharge = true;
      return false;
    }
    if (isUsageCost(bytes, keyStart, keyEnd)) {
      this.#hasUsageCost = true;
      if (dropsUsageCost) return false;
    }
    if (this.#spanKeys.length > 0) {
      const key = this.#keys.find(bytes, keyStart, keyEnd);
      if (key !== null) key.seenIn = this.#scans;
    }
    return true;
  }
}

function isTollgates(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < COST.length || bytes[start] !== CHARGE[0]) return false;
  return startsWith(bytes, start, COST) || (length === CHARGE.length && startsWith(bytes, start, CHARGE));
}

function isUsageCost(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= USAGE_COST.length && startsWith(bytes, start, USAGE_COST);
}
