import { mutations } from '../../decode/mutations.ts';
import { MALFORMED, TAKEN, TOO_LARGE, type Kind } from '../hostileCase.ts';
import { recordedPayloads, sendingOf, type Payload } from '../payloads.ts';

const ways = Object.values(mutations);
let known: { readonly nowNano: bigint; readonly payloads: readonly Payload[] } | null = null;

function payloadsAt(nowNano: bigint): readonly Payload[] {
  if (known?.nowNano !== nowNano) known = { nowNano, payloads: recordedPayloads(nowNano) };
  return known.payloads;
}

/** What real emitters sent, its bytes spoilt one to three times. */
export const mutatedProtobuf: Kind = {
  name: 'protobuf, mutated',
  share: 330,
  allowed: [...TAKEN, ...MALFORMED, ...TOO_LARGE],
  make(draw, nowNano) {
    const { signal, protobuf } = draw.oneOf(payloadsAt(nowNano));
    let bytes: Buffer = Buffer.from(protobuf);
    for (let round = draw.below(3); round >= 0 && bytes.length > 0; round -= 1) {
      bytes = draw.oneOf(ways)(bytes, draw.bits);
    }
    return sendingOf(draw, bytes, 'protobuf', signal);
  },
};

const pieces = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  'null',
  '-1',
  '1e999',
  '\\',
  '\\u0000',
  '\ud800',
  '\u0000',
  '9'.repeat(400),
];

/** The same in JSON: pieces cut out, put in and doubled. */
export const mutatedJson: Kind = {
  name: 'JSON, mutated',
  share: 200,
  allowed: [...TAKEN, ...MALFORMED, ...TOO_LARGE],
  make(draw, nowNano) {
    const { signal, json } = draw.oneOf(payloadsAt(nowNano));
    let text = json;
    for (let round = draw.below(3); round >= 0; round -= 1) {
      const at = draw.below(text.length + 1);
      const length = draw.below(40);
      const piece = draw.isOnceIn(2) ? draw.oneOf(pieces) : text.slice(draw.below(text.length + 1)).slice(0, length);
      text = text.slice(0, at) + piece + text.slice(at + (draw.isOnceIn(2) ? piece.length : 0));
    }
    return sendingOf(draw, Buffer.from(text), 'json', signal);
  },
};

/** One value of real JSON replaced by one of another kind, so that the text stays JSON. */
export const retypedJson: Kind = {
  name: 'JSON, values of another kind',
  share: 100,
  allowed: [...TAKEN, ...MALFORMED, ...TOO_LARGE],
  make(draw, nowNano) {
    const { signal, json } = draw.oneOf(payloadsAt(nowNano));
    const values = [...json.matchAll(/:("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null)/g)];
    if (values.length === 0) return sendingOf(draw, Buffer.from(json), 'json', signal);
    const value = draw.oneOf(values);
    const strange = draw.oneOf([
      '{}',
      '[]',
      'null',
      '-1',
      '1e308',
      '"NaN"',
      '9223372036854775808',
      '18446744073709551615',
      '0.1',
      '"\\u0000"',
      '[[[]]]',
      'true',
    ]);
    const text = `${json.slice(0, value.index)}:${strange}${json.slice(value.index + value[0].length)}`;
    return sendingOf(draw, Buffer.from(text), 'json', signal);
  },
};
