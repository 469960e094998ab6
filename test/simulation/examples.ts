import { noSubject } from '../../src/attribution/subject.ts';
import type { PricedCall, Subject } from '../../src/call.ts';
import { emptyUsage } from '../../src/usage.ts';
import { plainCall, plainSpan } from '../support/llmCall.ts';
import { audit, type Audited, type Received } from './auditor.ts';
import type { AuditedCall } from './auditor/chargedCopy.ts';

/** 2026-11-20T12:00:00Z. */
const NOON_NANO = 1_795_176_000_000_000_000n;
const NANOS_A_SECOND = 1_000_000_000;
const SETTLE_DELAY_MS = 60_000;

/** What an example says of a span; ids are short, times are seconds. */
interface Words {
  readonly tenant?: string;
  readonly trace?: string;
  readonly parent?: string;
  readonly at?: number;
  readonly lasts?: number;
  readonly own?: Partial<Subject>;
  readonly resource?: Partial<Subject>;
  readonly keyAgent?: string;
  readonly receivedMs?: number;
  /** Input and output; null: none reported. */
  readonly tokens?: readonly [number, number] | null;
  /** Null: no price. */
  readonly cost?: bigint | null;
}

type CallWords = Words & Partial<Omit<PricedCall, 'own' | 'usage'>> & { readonly usage?: Partial<PricedCall['usage']> };

const longId = (digits: number, id: string): string => id.padStart(digits, '0');

function placeOf(id: string, { trace = '1', parent, at = 0, lasts = 1, own }: Words) {
  return {
    traceId: longId(32, trace),
    spanId: longId(16, id),
    parentSpanId: parent === undefined ? null : longId(16, parent),
    startUnixNano: NOON_NANO + BigInt(Math.round(at * NANOS_A_SECOND)),
    durationNano: BigInt(Math.round(lasts * NANOS_A_SECOND)),
    own: { ...noSubject, ...own },
  };
}

function received(words: Words, span: Received['span'], call: PricedCall | null): Received {
  const { tenant = 't', keyAgent = null, receivedMs = 0 } = words;
  return { tenant, keyAgent, receivedMs, span, call };
}

export function plain(id: string, words: Words = {}): Received {
  return received(words, { ...plainSpan, ...placeOf(id, words) }, null);
}

/** A chat of gpt-4o from noon on, for a second, of 10 and 5 tokens and 1 femto-USD, by scope and service null. */
export function call(id: string, words: CallWords = {}): Received {
  const { tokens, cost = 1n, resource, usage } = words;
  const given = tokens === undefined ? [10, 5] : tokens;
  const priced: PricedCall = {
    ...plainCall,
    price:
      cost === null
        ? { status: 'unpriced', reason: 'unknown_model' }
        : {
            status: 'priced',
            costFemtoUsd: given === null ? 0n : cost,
            partsFemtoUsd: {},
            source: 'default',
            card: null,
            effectiveFrom: null,
            serviceTier: 'standard',
          },
    ...words,
    ...placeOf(id, words),
    usage: { ...emptyUsage, input_uncached: given?.[0] ?? null, output: given?.[1] ?? null, ...usage },
    resourceSubject: { ...noSubject, ...resource },
  };
  return received(words, priced, priced);
}

/** An agent's own span that sums what is below it. */
export function agent(id: string, words: CallWords = {}): Received {
  const operation = 'invoke_agent';
  return call(id, { role: 'container', containerRule: `gen_ai.operation.name=${operation}`, operation, ...words });
}

/** Audits an hour later; of two copies of a row the one received first is kept. */
export function auditAll(spans: readonly Received[], nowMs = 3_600_000): Audited {
  return audit(spans, { isBetter: () => false, nowMs, settleDelayMs: SETTLE_DELAY_MS });
}

/** Charge and reason by trace and span, zeros left away: `{ '1/a': 'charged', '1/b': 'duplicate nested 1/a' }`. */
export function charges(spans: readonly Received[], nowMs?: number): Record<string, string> {
  const short = (text: string): string => text.replace(/0*([0-9a-f]+)\/0*([0-9a-f]+)/, '$1/$2');
  return Object.fromEntries(
    auditAll(spans, nowMs).calls.map(({ row, charge, chargeReason }) => [
      short(`${row.span.traceId}/${row.span.spanId}`),
      short(chargeReason === null ? charge : `${charge} ${chargeReason}`),
    ]),
  );
}

/** Whom a call is booked to. */
export function attributionOf(id: string, spans: readonly Received[]): AuditedCall['attribution'] {
  const found = auditAll(spans).calls.find(({ row }) => row.span.spanId === longId(16, id));
  if (found === undefined) throw new Error(`expected a call ${id}, found none`);
  return found.attribution;
}
