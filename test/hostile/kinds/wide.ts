import { attribute, field } from '../../../bench/protobufPieces.ts';
import { MALFORMED, TAKEN, TOO_LARGE, type Kind } from '../hostileCase.ts';
import { sendingOf, spanMessage, traceRequest, type Part } from '../payloads.ts';
import { chat } from './identities.ts';

const repeated = (unit: readonly number[] | string, bytes: number): Buffer =>
  Buffer.alloc(Math.floor(bytes / unit.length) * unit.length, typeof unit === 'string' ? unit : Buffer.from(unit));
const part = (bytes: Buffer): Part => ({ bytes, marks: [] });

/** A span of 100,000 attributes, wanted, unwanted and tags. */
export const manyAttributes: Kind = {
  name: 'spans of 100,000 attributes',
  share: 3,
  allowed: [...TAKEN, ...TOO_LARGE],
  make(draw, nowNano) {
    const key = draw.oneOf(['x', 'gen_ai.agent.name', 'tollgate.tag.', 'gen_ai.usage.input_tokens']);
    const attributes = Array.from({ length: 100_000 }, (_, index) =>
      attribute<never>(key.endsWith('.') ? `${key}${index}` : key, index),
    );
    return sendingOf(
      draw,
      traceRequest([spanMessage(draw, { startNano: nowNano, attributes: [...chat('gpt-4o', 1), ...attributes] })]),
    );
  },
};

/** The most work for each byte: nothing but the shortest messages there are. */
export const shortestMessages: Kind = {
  name: 'megabytes of empty messages',
  share: 4,
  allowed: [...TAKEN, ...MALFORMED, ...TOO_LARGE],
  make(draw, nowNano) {
    const bytes = draw.oneOf([100_000, 1_000_000, 8_000_000]);
    const protobuf = [
      () => repeated([0x0a, 0x00], bytes),
      () => repeated([0x0a, 0x02, 0x12, 0x00], bytes),
      () => field<never>(1, field<never>(2, part(repeated([0x12, 0x00], bytes)))).bytes,
      () => {
        const list = field<never>(2, field<never>(5, part(repeated([0x0a, 0x00], bytes))));
        const key = { bytes: Buffer.concat([field<never>(1, 'gen_ai.agent.name').bytes, list.bytes]), marks: [] };
        return traceRequest([spanMessage(draw, { startNano: nowNano, attributes: [...chat('gpt-4o', 1), key] })]);
      },
    ];
    const json = ['[],', '{},', '1,', '"",', '{"scope":{}},', '{"spans":[{}]},', '{"attributes":[{}]},'];
    if (draw.isOnceIn(2)) return sendingOf(draw, draw.oneOf(protobuf)());
    const text = repeated(draw.oneOf(json), bytes).toString().slice(0, -1);
    const levels = draw.oneOf([
      '{"x":[',
      '{"resourceSpans":[',
      '{"resourceSpans":[{"scopeSpans":[',
      '{"resourceSpans":[{"scopeSpans":[{"spans":[',
    ]);
    const end = levels
      .split(/(?=[[{])/)
      .reverse()
      .map((level) => (level.startsWith('[') ? ']' : '}'))
      .join('');
    return sendingOf(draw, Buffer.from(`${levels}${text}${end}`), 'json');
  },
};

/** More spans than a group holds, small ones. */
export const manySpans: Kind = {
  name: 'thousands of small spans',
  share: 2,
  allowed: [...TAKEN, ...TOO_LARGE],
  make(draw, nowNano) {
    const traceId = draw.bytes(16);
    const spans = Array.from({ length: draw.oneOf([1_000, 3_000]) }, (_, index) =>
      spanMessage(draw, {
        traceId,
        startNano: nowNano + BigInt(index),
        attributes: index % 8 === 0 ? chat('gpt-4o', 1) : [],
      }),
    );
    return sendingOf(draw, traceRequest(spans));
  },
};
