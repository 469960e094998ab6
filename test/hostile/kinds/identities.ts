import { attribute } from '../../../bench/protobufPieces.ts';
import { TAKEN, type Draw, type Kind } from '../hostileCase.ts';
import { sendingOf, spanMessage, traceRequest, type Part } from '../payloads.ts';

export function chat(model: string, inputTokens: number, ...more: readonly Part[]): Part[] {
  return [
    attribute('gen_ai.operation.name', 'chat'),
    attribute('gen_ai.provider.name', 'openai'),
    attribute('gen_ai.request.model', model),
    attribute('gen_ai.usage.input_tokens', inputTokens),
    attribute('gen_ai.usage.output_tokens', 1),
    ...more,
  ];
}

const lengths = [0, 1, 7, 8, 9, 15, 16, 17, 32];
const oneTrace = Buffer.alloc(16, 0xaa);
const fewSpans = [1, 2, 3].map((byte) => Buffer.alloc(8, byte));

function id(draw: Draw, usual: number): Buffer {
  switch (draw.below(4)) {
    case 0:
      return Buffer.alloc(usual);
    case 1:
      return Buffer.alloc(usual, 0xff);
    case 2:
      return draw.bytes(draw.oneOf(lengths));
    default:
      return usual === 16 ? oneTrace : draw.oneOf(fewSpans);
  }
}

/** Ids of zeros, of other lengths, and the same ids again and again: parents in rings, of themselves, all in one trace. */
export const strangeIds: Kind = {
  name: 'ids of zeros, rings, equal ids',
  share: 80,
  allowed: TAKEN,
  make(draw, nowNano) {
    const spans = Array.from({ length: 1 + draw.below(20) }, () =>
      spanMessage(draw, {
        traceId: id(draw, 16),
        spanId: id(draw, 8),
        parentSpanId: id(draw, 8),
        startNano: nowNano - BigInt(draw.below(3)) * 1_000_000n,
        attributes: chat('gpt-4o', draw.below(5), attribute('gen_ai.response.id', 'chatcmpl-always-the-same')),
      }),
    );
    return sendingOf(draw, traceRequest(spans));
  },
};

const DAY_NANO = 86_400_000_000_000n;

/** Starts and ends at all edges: 1970, 2262, the largest, midnights, retention, ends before starts. */
export const strangeTimes: Kind = {
  name: 'times of 1970, 2262 and the edges of days',
  share: 60,
  allowed: TAKEN,
  make(draw, nowNano) {
    const midnight = nowNano - (nowNano % DAY_NANO);
    const times = [
      0n,
      1n,
      nowNano,
      midnight,
      midnight - 1n,
      midnight + DAY_NANO,
      nowNano + DAY_NANO + 60_000_000_000n,
      nowNano - 399n * DAY_NANO,
      nowNano - 401n * DAY_NANO,
      9_223_372_036_854_775_807n,
      9_223_372_036_854_775_808n,
      2n ** 64n - 1n,
    ];
    const spans = Array.from({ length: 1 + draw.below(10) }, () =>
      spanMessage(draw, {
        startNano: draw.oneOf(times),
        endNano: draw.oneOf(times),
        attributes: draw.isOnceIn(2) ? chat('gpt-4o', 3) : [],
      }),
    );
    return sendingOf(draw, traceRequest(spans));
  },
};
