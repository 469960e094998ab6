import { emptyUsage, type OtherBucket, otherBuckets, TOKENS_PER_BUCKET_MAX, type Usage } from '../../src/usage.ts';
import { priceFactsOf } from '../../src/dialects/priceFacts.ts';
import type { Settlement } from '../gate/gate.ts';
import { priceName } from './decisionRequest.ts';
import { BodyFaults, JsonFields } from './jsonFields.ts';

const SAID_KEYS = ['usage', 'model', 'final', 'service_tier', 'inference_geo', 'speed', 'search_context_size'] as const;
const BODY_KEYS = new Set([...SAID_KEYS, 'released']);
const USAGE_KEYS = new Set([...Object.keys(emptyUsage).filter((key) => key !== 'other'), ...otherBuckets]);

/** Reads the body of POST /policy/v1/decisions/ID/settlement. Throws `bad_parameter` with all that is wrong. */
export function readSettlement(body: unknown): Settlement {
  const faults = new BodyFaults();
  const fields = JsonFields.read(body, '', BODY_KEYS, faults);
  const settlement = fields === null ? null : settlementOf(fields, faults);
  faults.settle();
  return settlement ?? { released: true };
}

function settlementOf(fields: JsonFields, faults: BodyFaults): Settlement {
  if (!fields.isAbsent('released')) return releaseOf(fields);
  // Null is said, not left out: a call that reported nothing is settled with what nobody knows.
  if (fields.member('usage') === undefined)
    fields.fault('usage', undefined, 'the buckets of usage, or null; or "released": true');
  return {
    usage: fields.isAbsent('usage') ? null : readUsage(fields.member('usage'), faults),
    model: fields.dimension('model'),
    final: fields.flag('final', true),
    serviceTier: priceName(fields, 'service_tier'),
    priceFacts: priceFactsOf(
      priceName(fields, 'inference_geo'),
      priceName(fields, 'speed'),
      priceName(fields, 'search_context_size'),
    ),
  };
}

function releaseOf(fields: JsonFields): Settlement {
  if (fields.member('released') !== true) fields.fault('released', fields.member('released'), 'true');
  for (const name of SAID_KEYS) {
    if (!fields.isAbsent(name))
      fields.fault(name, fields.member(name), 'nothing beside released: a call that was not sent used nothing');
  }
  return { released: true };
}

function readUsage(value: unknown, faults: BodyFaults): Usage {
  const fields = JsonFields.read(value, 'usage', USAGE_KEYS, faults);
  if (fields === null) return emptyUsage;
  const count = (bucket: string): number | null => fields.count(bucket, TOKENS_PER_BUCKET_MAX);
  const other: Partial<Record<OtherBucket, number>> = {};
  for (const bucket of otherBuckets) {
    const tokens = count(bucket);
    if (tokens !== null) other[bucket] = tokens;
  }
  return {
    input_uncached: count('input_uncached'),
    cache_read: count('cache_read'),
    cache_write_5m: count('cache_write_5m'),
    cache_write_1h: count('cache_write_1h'),
    output: count('output'),
    reasoning: count('reasoning'),
    other,
  };
}
