import type { LlmCall, SpanSkeleton, Subject } from '../../src/call.ts';

/**
 * Which of two copies of one span is kept: the more complete, then the one with the greater hash. Both are taken over the
 * normalised record, so protobuf and JSON of one span are equal, and a changed price card changes nothing.
 */
export interface Content {
  /** How many facts are known. */
  readonly completeness: number;
  /** 64 bits, hexadecimal: for order and equality only. */
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
  return { completeness, contentHash: hash64(text) };
}

/**
 * Two multiplicative hashes of 32 bits over the UTF-16 units, mixed at the end (the finish of MurmurHash3). A span has to
 * be hashed in well under a microsecond; a cryptographic hash of so little costs several.
 */
function hash64(text: string): string {
  let high = 0x9e37_79b9;
  let low = 0x85eb_ca6b;
  for (let place = 0; place < text.length; place += 1) {
    const unit = text.charCodeAt(place);
    high = Math.imul(high ^ unit, 0x9e37_79b1);
    low = Math.imul(low ^ unit, 0x5f35_6495);
  }
  high = Math.imul(high ^ (high >>> 16), 0x85eb_ca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2_ae35);
  low = Math.imul(low ^ (low >>> 16), 0x85eb_ca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2_ae35);
  return `${hex32(high)}${hex32(low)}`;
}

function hex32(bits: number): string {
  return (bits >>> 0).toString(16).padStart(8, '0');
}
