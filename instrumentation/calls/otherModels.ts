import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import type { Attributes, Span, SpanContext } from '@opentelemetry/api';
import { carryRun } from '../attribution/run.ts';
import { isFields } from '../fields.ts';
import { tracer } from '../sending/tracer.ts';
import type { ModelUse } from './operation.ts';
import { usageAttributes } from './tokenCounts.ts';

/** What is true of all that one request caused: who made it, where it went, what decided its price. */
const ofRequest =
  /^(?:user|server|tollgate\.(?:run|tag)|anthropic\.response|gen_ai\.(?:operation|provider|agent|conversation))\./;

/**
 * A model that another one asked while it answered is billed at prices of its own: it has a span beside the answer's, since one
 * below would be taken for a copy of it. `span` is one of an SDK, which can be read.
 */
export function recordOtherModel(span: Span, { model, counts }: ModelUse, operation: string): void {
  if (!span.isRecording()) return;
  const { attributes, parentSpanContext } = span as { attributes?: unknown; parentSpanContext?: SpanContext };
  const parent = parentSpanContext === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parentSpanContext);
  const entries = Object.entries(isFields(attributes) ? attributes : {}).filter(([name]) => ofRequest.test(name));
  const other = tracer().startSpan(
    `${operation} ${model}`,
    {
      kind: SpanKind.CLIENT,
      attributes: {
        ...(Object.fromEntries(entries) as Attributes),
        'gen_ai.request.model': model,
        'gen_ai.response.model': model,
        ...usageAttributes(counts, 'provider'),
      },
    },
    parent,
  );
  carryRun(other);
  other.end();
}
