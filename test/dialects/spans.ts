import type { LlmCall, SpanSkeleton } from '../../src/call.ts';
import { readSpan } from '../../src/dialects/read.ts';
import type { AttributeValue, ReceivedSpan } from '../../src/span.ts';
import type { Usage } from '../../src/usage.ts';

export type Written = Readonly<Record<string, AttributeValue>>;
type Rest = Partial<Omit<ReceivedSpan, 'attributes' | 'scope' | 'resource'>> & { readonly resource?: Written };

/** A span as an emitter of the given scope would write it. */
export function span(scope: string, attributes: Written, rest: Rest = {}): ReceivedSpan {
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    parentSpanId: null,
    traceState: '',
    name: 'chat model',
    kind: 3,
    startUnixNano: 1_760_000_000_000_000_000n,
    endUnixNano: 1_760_000_001_500_000_000n,
    status: 'unset',
    statusMessage: '',
    ...rest,
    attributes: new Map(Object.entries(attributes)),
    resource: { attributes: new Map(Object.entries(rest.resource ?? {})) },
    scope: { name: scope, version: '1.0.0' },
  };
}

export function readCall(scope: string, attributes: Written, rest: Rest = {}): LlmCall {
  const reading = readSpan(span(scope, attributes, rest));
  if (reading.kind !== 'call') throw new Error(`expected a call, found a skeleton of ${reading.skeleton.name}`);
  return reading.call;
}

export function readSkeleton(scope: string, attributes: Written, rest: Rest = {}): SpanSkeleton {
  const reading = readSpan(span(scope, attributes, rest));
  if (reading.kind !== 'span') throw new Error(`expected a skeleton, found a ${reading.call.role}`);
  return reading.skeleton;
}

/** The buckets in the order uncached, cache read, cache write 5m, cache write 1h, output, reasoning. */
export function buckets({ usage }: { readonly usage: Usage }): readonly (number | null)[] {
  return [
    usage.input_uncached,
    usage.cache_read,
    usage.cache_write_5m,
    usage.cache_write_1h,
    usage.output,
    usage.reasoning,
  ];
}
