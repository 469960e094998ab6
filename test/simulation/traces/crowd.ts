import { Draw } from './draw.ts';
import { hexId, spanOf, type Exported, type Words } from './span.ts';

const ID = 'constant-id';

/** Many calls that share ids, about every limit there is. The same for a seed. */
export function crowd(seed: number, tenant: string): readonly Exported[] {
  const draw = new Draw(seed);
  return draw.pick([crowdOfOneId, crowdOfOneId, strayCopies, chainOfIds])(draw, tenant);
}

/**
 * Calls that carry one id, in one trace or each in its own, about the limit of 64 above which an id is no provider's: two
 * scopes take turns, so that neighbours would be copies.
 */
function crowdOfOneId(draw: Draw, tenant: string): readonly Exported[] {
  const isOneTrace = draw.chance(50);
  return Array.from({ length: draw.pick([63, 64, 65, 66, 67, 70]) }, (_, number) =>
    member(draw, tenant, { number, trace: isOneTrace ? 1 : number + 1, ids: { 'gen_ai.response.id': ID } }),
  );
}

/** Calls of about 64 traces carry the id, and of some more only copies that do not stay. */
function strayCopies(draw: Draw, tenant: string): readonly Exported[] {
  const strays = draw.pick([2, 6, 12]);
  return Array.from({ length: draw.pick([58, 62, 64]) + strays }, (_, number) => {
    const place = { number, trace: number + 1 };
    const carries = member(draw, tenant, { ...place, ids: { 'gen_ai.response.id': ID } });
    if (number >= strays) return [carries];
    const fuller = { 'gen_ai.response.id': `resp-of-${number}`, 'user.id': 'ann' };
    return [carries, member(draw, tenant, { ...place, ids: fuller })];
  }).flat();
}

/** Each call shares one id with the call before it and another with the one after it, in a trace of its own. */
function chainOfIds(draw: Draw, tenant: string): readonly Exported[] {
  return Array.from({ length: draw.pick([5, 20, 40]) }, (_, number) => {
    const ids = { 'gen_ai.response.id': `link-of-${number}`, 'anthropic.request.id': `link-of-${number + 1}` };
    return member(draw, tenant, { number, trace: number + 1, ids });
  });
}

interface Member {
  readonly number: number;
  readonly trace: number;
  readonly ids: Words;
}

function member(draw: Draw, tenant: string, { number, trace, ids }: Member): Exported {
  const span = spanOf({
    traceId: hexId(32, trace),
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
      'gen_ai.usage.input_tokens': 10 + draw.below(2),
      'gen_ai.usage.output_tokens': 10,
      ...ids,
    },
    resource: { 'service.name': 'web' },
  });
  return { tenant, keyAgent: null, span };
}
