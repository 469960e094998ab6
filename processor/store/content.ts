import { hash } from 'node:crypto';
import type { LlmCall, SpanSkeleton, Subject } from '../../src/call.ts';

/**
 * Which of two copies of one span is kept: the more complete, then the one with the greater hash. Both are taken over the
 * normalised record, so protobuf and JSON of one span are equal, and a changed price card changes nothing.
 */
export interface Content {
  /** How many facts are known. */
  readonly completeness: number;
  /** md5, hexadecimal: for order and equality, not for secrecy. */
  readonly contentHash: string;
}

/** True when `copy` is to be kept instead of `kept`. */
export function isBetter(copy: Content, kept: Content): boolean {
  if (copy.completeness !== kept.completeness) return copy.completeness > kept.completeness;
  return copy.contentHash > kept.contentHash;
}

type Fact = string | number | bigint | boolean | null;

export function contentOfSpan(span: SpanSkeleton): Content {
  return contentOf(spanFacts(span));
}

export function contentOfCall(call: LlmCall): Content {
  const { usage } = call;
  return contentOf([
    ...spanFacts(call),
    ...subjectFacts(call.resourceSubject),
    call.role,
    call.containerRule,
    call.dialect,
    call.provider,
    call.model,
    call.requestModel,
    call.responseModel,
    call.responseId,
    call.errorType,
    call.cacheSemantics,
    call.usageSource,
    call.lossy,
    call.usageFault,
    call.serviceTier,
    call.reportedCostFemtoUsd,
    usage.input_uncached,
    usage.cache_read,
    usage.cache_write_5m,
    usage.cache_write_1h,
    usage.output,
    usage.reasoning,
    ...recordFacts(usage.other),
  ]);
}

function spanFacts(span: SpanSkeleton): Fact[] {
  return [
    span.parentSpanId,
    span.name,
    span.kind,
    span.durationNano,
    span.status,
    span.service,
    span.environment,
    span.operation,
    ...subjectFacts(span.own),
  ];
}

function subjectFacts({ agent, agentId, user, session, run, endpoint, tags }: Subject): Fact[] {
  return [agent, agentId, user, session, run, endpoint, ...recordFacts(tags)];
}

/** Its entries in the order of their keys, ended by a null so that two records in a row cannot be told as one. */
function recordFacts(record: Readonly<Record<string, string | number>>): Fact[] {
  const facts: Fact[] = [];
  for (const key of Object.keys(record).sort()) facts.push(key, record[key] ?? null);
  facts.push(null);
  return facts;
}

function contentOf(facts: readonly Fact[]): Content {
  let completeness = 0;
  let text = '';
  for (const fact of facts) {
    if (fact === null) {
      text += '-;';
      continue;
    }
    completeness += 1;
    // Its length before each fact: no fact can be mistaken for the end of one and the start of another.
    const written = String(fact);
    text += `${written.length}:${written};`;
  }
  return { completeness, contentHash: hash('md5', text) };
}
