import { attribute, field, join, varintField } from '../../../bench/protobufPieces.ts';
import { MALFORMED, TAKEN, type Draw, type Kind } from '../hostileCase.ts';
import { sendingOf, spanMessage, traceRequest, type Part } from '../payloads.ts';

const usageKeys = [
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.output_tokens',
  'gen_ai.usage.cache_read.input_tokens',
  'gen_ai.usage.cache_write.input_tokens',
  'gen_ai.usage.reasoning.output_tokens',
  'gen_ai.usage.total_tokens',
  'llm.token_count.prompt',
  'ai.usage.promptTokens',
  'gen_ai.usage.cost',
  'llm.cost.total',
  'tollgate.usage.web_search.requests',
];
const models = [
  ['openai', 'gpt-4o'],
  ['anthropic', 'claude-sonnet-4-5'],
  ['openrouter', 'openai/gpt-4o'],
  ['x_ai', 'grok-4'],
  ['perplexity', 'sonar'],
] as const;
const integers = [-1n, 0n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n, 10n ** 10n, 10n ** 10n + 1n, 10n ** 12n, 7n];
const doubles = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e300, 5e-324, 0.5, -1, 1e22];
const texts = [
  'NaN',
  '-1',
  '9'.repeat(23),
  '1e22',
  '99999999999999999999999',
  '٣',
  '0x10',
  '1,000',
  '',
  ' 12 ',
  '1e-400',
  '-0',
];

function double(value: number): Part {
  const bytes = Buffer.alloc(9);
  bytes.writeUInt8((4 << 3) | 1, 0);
  bytes.writeDoubleLE(value, 1);
  return { bytes, marks: [] };
}

function strangeFigure(draw: Draw): Part {
  switch (draw.below(4)) {
    case 0:
      return varintField(3, draw.oneOf(integers));
    case 1:
      return double(draw.oneOf(doubles));
    case 2:
      return field(1, draw.oneOf(texts));
    default:
      return field(5, field<never>(1, varintField<never>(3, draw.oneOf(integers))));
  }
}

/** Calls whose tokens and costs are no tokens and no costs. */
export const strangeFigures: Kind = {
  name: 'NaN, -1 and 2^63 tokens and costs',
  share: 90,
  allowed: [...TAKEN, ...MALFORMED],
  make(draw, nowNano) {
    const spans = Array.from({ length: 1 + draw.below(8) }, () => {
      const [provider, model] = draw.oneOf(models);
      const attributes = [
        attribute<never>('gen_ai.operation.name', 'chat'),
        attribute<never>('gen_ai.provider.name', provider),
        attribute<never>('gen_ai.request.model', model),
        ...usageKeys
          .filter(() => draw.isOnceIn(2))
          .map((key) => join([field<never>(1, key), field<never>(2, strangeFigure(draw))])),
      ];
      return spanMessage(draw, { startNano: nowNano - 60_000_000_000n, attributes });
    });
    return sendingOf(draw, traceRequest(spans));
  },
};
