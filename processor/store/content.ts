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
  const facts = new Facts();
  addSpan(facts, span);
  return facts.content();
}

/** `keyAgent`: the agent that the sender's key fixes; it decides the attribution as much as the span does. */
export function contentOfCall(call: LlmCall, keyAgent: string | null): Content {
  const facts = new Facts();
  const { usage } = call;
  addSpan(facts, call);
  addSubject(facts, call.resourceSubject);
  facts.add(call.role);
  facts.add(call.containerRule);
  facts.add(keyAgent);
  facts.add(call.dialect);
  facts.add(call.scope);
  facts.add(call.provider);
  facts.add(call.model);
  facts.add(call.requestModel);
  facts.add(call.responseModel);
  facts.add(call.responseId);
  facts.add(call.requestId);
  facts.add(call.errorType);
  facts.add(call.httpStatus);
  facts.add(call.cacheSemantics);
  facts.add(call.usageSource);
  facts.add(call.lossy);
  facts.add(call.usageFault);
  facts.add(call.serviceTier);
  facts.add(call.reportedCostFemtoUsd);
  facts.add(usage.input_uncached);
  facts.add(usage.cache_read);
  facts.add(usage.cache_write_5m);
  facts.add(usage.cache_write_1h);
  facts.add(usage.output);
  facts.add(usage.reasoning);
  addRecord(facts, usage.other);
  // Only where there is one: of all other calls the hash is that of earlier versions.
  if (call.reservationId !== null) facts.add(call.reservationId);
  if (call.priceFacts !== null) {
    facts.add(call.priceFacts.inferenceGeo);
    facts.add(call.priceFacts.speed);
    facts.add(call.priceFacts.searchContextSize);
  }
  return facts.content();
}

function addSpan(facts: Facts, span: SpanSkeleton): void {
  facts.add(span.parentSpanId);
  facts.add(span.name);
  facts.add(span.kind);
  facts.add(span.durationNano);
  facts.add(span.status);
  facts.add(span.service);
  facts.add(span.environment);
  facts.add(span.operation);
  addSubject(facts, span.own);
}

function addSubject(facts: Facts, { agent, agentId, user, session, run, endpoint, tags }: Subject): void {
  facts.add(agent);
  facts.add(agentId);
  facts.add(user);
  facts.add(session);
  facts.add(run);
  facts.add(endpoint);
  addRecord(facts, tags);
}

/** Its entries in the order of their keys, ended by a null so that two records in a row cannot be told as one. */
function addRecord(facts: Facts, record: Readonly<Record<string, string | number>>): void {
  for (const key of Object.keys(record).sort()) {
    facts.add(key);
    facts.add(record[key] ?? null);
  }
  facts.add(null);
}

class Facts {
  #completeness = 0;
  #text = '';

  add(fact: Fact): void {
    if (fact === null) {
      this.#text += '-;';
      return;
    }
    this.#completeness += 1;
    // Its length before each fact: no fact can be mistaken for the end of one and the start of another.
    const written = typeof fact === 'string' ? fact : String(fact);
    this.#text += `${written.length}:${written};`;
  }

  content(): Content {
    return { completeness: this.#completeness, contentHash: hash64(this.#text) };
  }
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
