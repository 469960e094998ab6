import { attribute, field, join } from '../../../bench/protobufPieces.ts';
import { MALFORMED, TAKEN, TOO_LARGE, type Draw, type Kind } from '../hostileCase.ts';
import { sendingOf, spanMessage, traceRequest, type Part } from '../payloads.ts';
import { chat } from './identities.ts';

const MEBIBYTE = 1024 * 1024;
const dimensionKeys = [
  'gen_ai.agent.name',
  'user.id',
  'gen_ai.conversation.id',
  'gen_ai.response.id',
  'tollgate.run.id',
  'tollgate.tag.plan',
  'tollgate.reservation.id',
  'http.route',
  'error.type',
  'gen_ai.request.model',
];

function strangeText(draw: Draw): Buffer {
  switch (draw.below(6)) {
    case 0:
      return draw.bytes(draw.below(300));
    case 1:
      return Buffer.from('a\0b\ud800\u202e\ufeff');
    case 2:
      return Buffer.from([0xed, 0xa0, 0x80, 0xc0, 0x80, 0xf5, 0xff]);
    case 3:
      return Buffer.from(`'; drop table calls; -- \${jndi:x} <script> ../../ %00 __proto__`);
    case 4:
      return Buffer.from('\u{1f600}'.repeat(draw.below(200)));
    default:
      return Buffer.alloc(draw.isOnceIn(20) ? MEBIBYTE : 5_000, draw.oneOf(['a', ' ', '\n', 'é', ',']));
  }
}

/** Agents, users, models and names of any bytes, some of them a mebibyte long. */
export const strangeTexts: Kind = {
  name: 'huge names, invalid UTF-8, NUL',
  share: 60,
  allowed: TAKEN,
  make(draw, nowNano) {
    const attributes: Part[] = [
      ...dimensionKeys
        .filter(() => draw.isOnceIn(3))
        .map((key) => join([field<never>(1, key), field<never>(2, field<never>(1, strangeText(draw)))])),
      ...chat('gpt-4o', 5),
    ];
    const span = spanMessage(draw, { startNano: nowNano, name: strangeText(draw), attributes });
    return sendingOf(draw, traceRequest([span], [field(1, attribute('service.name', 'hostile'))]));
  },
};

/** Model names that nobody has sent before, each of which has to be looked for. */
export const newModels: Kind = {
  name: 'thousands of new model names',
  share: 2,
  allowed: TAKEN,
  make(draw, nowNano) {
    const spans = Array.from({ length: 2_000 }, (_, index) =>
      spanMessage(draw, {
        startNano: nowNano,
        attributes: chat(`us.anthropic.openai/zzz-${draw.bits()}-${index}-2025-01-01`, 1),
      }),
    );
    return sendingOf(draw, traceRequest(spans));
  },
};

/** Arrays in arrays, lists in lists, from just allowed to far beyond, in both encodings. */
export const nested: Kind = {
  name: 'deep nesting',
  share: 20,
  allowed: [...TAKEN, ...MALFORMED, ...TOO_LARGE],
  make(draw, nowNano) {
    const depth = draw.oneOf([1, 30, 32, 33, 200, 1_000]);
    if (draw.isOnceIn(2)) {
      const open = draw.oneOf([
        '[',
        '{"a":',
        '{"arrayValue":{"values":[',
        '{"kvlistValue":{"values":[{"key":"a","value":',
      ]);
      const isClosed = draw.isOnceIn(2);
      const close = open
        .replace(/"[^"]*"|[:a]/g, '')
        .split('')
        .reverse()
        .map((bracket) => (bracket === '[' ? ']' : '}'))
        .join('');
      const text = open.repeat(depth) + (open.endsWith(':') ? '1' : '') + (isClosed ? close.repeat(depth) : '');
      return sendingOf(draw, Buffer.from(`{"resourceSpans":${text}}`), 'json');
    }
    let value: Part = field(1, 'x');
    for (let level = 0; level < depth; level += 1) value = field(draw.isOnceIn(2) ? 5 : 6, field<never>(1, value));
    const key = join([field<never>(1, 'gen_ai.agent.name'), field<never>(2, value)]);
    return sendingOf(
      draw,
      traceRequest([spanMessage(draw, { startNano: nowNano, attributes: [...chat('gpt-4o', 1), key] })]),
    );
  },
};

/** The same key twice and more, in attributes and in JSON objects, with the names that objects have themselves. */
export const duplicateKeys: Kind = {
  name: 'duplicate keys, __proto__',
  share: 20,
  allowed: [...TAKEN, ...MALFORMED],
  make(draw, nowNano) {
    const keys = [
      'gen_ai.usage.input_tokens',
      '__proto__',
      'constructor',
      'tollgate.tag.__proto__',
      'tollgate.cost.usd',
      'tollgate.charge',
    ];
    const drawn = Array.from({ length: 10 }, () => draw.oneOf(keys));
    if (draw.isOnceIn(2)) {
      const attributes = [...chat('gpt-4o', 1), ...drawn.map((key) => attribute<never>(key, draw.below(9)))];
      return sendingOf(draw, traceRequest([spanMessage(draw, { startNano: nowNano, attributes })]));
    }
    const fields = drawn.map((key) => `"${key}":{"spans":[]}`).join(',');
    const spans = `"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"${draw.bytes(16).toString('hex')}"}]}]}]`;
    return sendingOf(draw, Buffer.from(`{${fields},${spans},${spans}}`), 'json');
  },
};
