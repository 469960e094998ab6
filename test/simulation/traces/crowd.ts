import { Draw } from './draw.ts';
import { hexId, spanOf, type Exported } from './span.ts';

/**
 * Many calls that carry one id, in one trace or each in its own, about the limit of 64 above which an id is no provider's:
 * two scopes take turns, so that neighbours would be copies.
 */
export function crowdOfOneId(seed: number, tenant: string): readonly Exported[] {
  const draw = new Draw(seed);
  const isOneTrace = draw.chance(50);
  const count = draw.pick([63, 64, 65, 66]);
  return Array.from({ length: count }, (_, number) => ({
    tenant,
    keyAgent: null,
    span: spanOf({
      traceId: hexId(32, isOneTrace ? 1 : number + 1),
      spanId: hexId(16, number + 1),
      parentSpanId: null,
      name: 'chat gpt-4o',
      kind: 3,
      startMs: number * 100,
      durationMs: 1000,
      scope: number % 2 === 0 ? 'one' : 'two',
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.response.id': 'constant-id',
        'gen_ai.usage.input_tokens': 10 + draw.below(2),
        'gen_ai.usage.output_tokens': 10,
      },
      resource: { 'service.name': 'web' },
    }),
  }));
}
