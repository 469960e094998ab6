import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Attributes, TimeInput } from '@opentelemetry/api';
import { emptyUsage } from '../../src/usage.ts';
import type { Usage } from '../../src/usage.ts';
import { currentAttribution } from '../attribution/currentAttribution.ts';
import { carryRun, parentContext } from '../attribution/run.ts';
import { countsOfBuckets, usageAttributes } from './tokenCounts.ts';
import { sayFault, say } from '../fault.ts';
import { fieldsOrEmpty } from '../fields.ts';
import type { Fields } from '../fields.ts';
import { tracer } from '../sending/tracer.ts';

/** A model call made through a client that no patch covers. */
export interface LlmCallRecord {
  /** The conventions' name: `openai`, `anthropic`, `aws.bedrock` … */
  readonly provider: string;
  readonly model: string;
  /** Disjoint buckets. One left out is unknown; one that is 0 was reported as 0. */
  readonly usage: Partial<Usage>;
  readonly operation?: string | undefined;
  /** The model that answered, where it is not the one asked for. */
  readonly responseModel?: string | undefined;
  /** The provider's id of the answer; with it the same call reported twice is charged once. */
  readonly responseId?: string | undefined;
  /** Defaults to now, for both. */
  readonly startTime?: TimeInput | undefined;
  readonly endTime?: TimeInput | undefined;
  /** `provider` where its answer said so, the default; `estimate` where you counted. */
  readonly source?: 'provider' | 'estimate' | undefined;
  /** HTTP status or error name of a call that failed. */
  readonly errorType?: string | undefined;
}

/** Writes the span of a call that has already been made, attributed like every other. Never throws. */
export function recordLlmCall(call: LlmCallRecord): void {
  try {
    writeCall(call);
  } catch (fault) {
    sayFault('recording a call', fault);
  }
}

function writeCall(call: LlmCallRecord): void {
  const operation = call.operation ?? 'chat';
  const attributes: Attributes = {
    'gen_ai.operation.name': operation,
    'gen_ai.provider.name': call.provider,
    'gen_ai.request.model': call.model,
    ...usageAttributes(countsOfBuckets(usageOf(call.usage)), call.source ?? 'provider'),
    ...currentAttribution(),
  };
  if (call.responseModel !== undefined) attributes['gen_ai.response.model'] = call.responseModel;
  if (call.responseId !== undefined) attributes['gen_ai.response.id'] = call.responseId;
  if (call.errorType !== undefined) attributes['error.type'] = call.errorType;
  const span = tracer().startSpan(
    `${operation} ${call.model}`,
    {
      kind: SpanKind.CLIENT,
      attributes,
      ...(call.startTime === undefined ? {} : { startTime: call.startTime }),
    },
    parentContext(),
  );
  carryRun(span);
  if (call.errorType !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(call.endTime);
}

/** Plain JavaScript passes anything: what is no count is unknown, and never 0. */
function usageOf(given: unknown): Usage {
  const { other, ...buckets } = fieldsOrEmpty(given);
  return { ...emptyUsage, ...countsIn(buckets), other: countsIn(fieldsOrEmpty(other)) };
}

function countsIn(buckets: Fields): Record<string, number> {
  const isGiven = ([, count]: [string, unknown]): boolean => count !== undefined && count !== null;
  const counts = Object.entries(buckets).filter(isGiven);
  for (const [name, count] of counts)
    if (!isCount(count))
      say(
        `recordLlmCall: ${name}: expected a count of tokens, found ${typeof count === 'number' ? count : typeof count}; leaving it out`,
      );
  return Object.fromEntries(counts.filter((entry): entry is [string, number] => isCount(entry[1])));
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
