import { hash } from 'node:crypto';
import { noTags, TAG_NAME_CHARS_MAX, type Tags } from '../../src/attribution/tags.ts';
import { operationNamed } from '../../src/dialects/operations.ts';
import { readPriceName } from '../../src/dialects/priceFacts.ts';
import { readProvider } from '../../src/dialects/provider.ts';
import { CHOICES_MAX } from '../../src/policy/bound.ts';
import type { AskedCall, DecisionRequest, Subject } from '../../src/policy/decision.ts';
import { TOKENS_PER_BUCKET_MAX } from '../../src/usage.ts';
import type { Caller } from '../access/caller.ts';
import { BodyFaults, JsonFields } from './jsonFields.ts';

const TTL_SECONDS_DEFAULT = 120;
export const TTL_SECONDS_MAX = 3_600;
/** More than one request holds of anything. */
export const PARTS_MAX = 1_000_000;
export const WEB_SEARCHES_MAX = 1_000;
/** A call keeps the first 32 by name, as a span does: the gate sees to it. */
export const TAGS_SENT_MAX = 64;
export const cacheWrites = ['none', '5m', '1h'] as const;

const BODY_KEYS = new Set(['subject', 'call', 'idempotency_key', 'ttl_seconds']);
const SUBJECT_KEYS = new Set(['agent', 'user', 'session', 'service', 'environment', 'tags']);
const CALL_KEYS = new Set([
  'provider',
  'model',
  'operation',
  'trace_id',
  'run_id',
  'input_tokens',
  'input_bytes',
  'messages',
  'tools',
  'images',
  'input_bounded',
  'max_output_tokens',
  'can_limit_output',
  'n',
  'cache_write',
  'web_searches',
  'service_tier',
  'inference_geo',
  'speed',
  'search_context_size',
]);

/** PostgreSQL's text holds neither NUL nor half a surrogate pair, and a key that is cut could be two keys. */
export const IDEMPOTENCY_KEY = /^[^\0\p{Surrogate}]{1,255}$/u;
const IDEMPOTENCY_KEY_EXPECTED = 'a text of 1 to 255 characters';
export const TRACE_ID = /^(?!0{32})[0-9a-fA-F]{32}$/;

const noSubject: Subject = {
  agent: null,
  user: null,
  session: null,
  service: null,
  environment: null,
  tags: noTags,
};

/** Reads the body of POST /policy/v1/decisions. Throws `bad_parameter` with all that is wrong. */
export function readDecisionRequest(body: unknown, caller: Pick<Caller, 'tenant' | 'agent'>): DecisionRequest {
  const faults = new BodyFaults();
  const fields = JsonFields.read(body, '', BODY_KEYS, faults);
  const subject = fields === null ? noSubject : readSubject(fields, caller.agent, faults);
  const call = fields === null ? null : readCall(fields, faults);
  const idempotencyKey = fields?.text('idempotency_key', IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_EXPECTED) ?? null;
  const ttlMs = (fields?.count('ttl_seconds', TTL_SECONDS_MAX, 1) ?? TTL_SECONDS_DEFAULT) * 1_000;
  faults.settle();
  // Of what was understood, not of the bytes: another order of keys or a default written out asks the same.
  const requestHash = hash('sha256', JSON.stringify([subject, call, ttlMs]), 'hex');
  return { tenant: caller.tenant, subject, call, idempotencyKey, requestHash, ttlMs };
}

function readSubject(body: JsonFields, keyAgent: string | null, faults: BodyFaults): Subject {
  if (body.isAbsent('subject')) return { ...noSubject, agent: keyAgent };
  const fields = JsonFields.read(body.member('subject'), 'subject', SUBJECT_KEYS, faults);
  if (fields === null) return noSubject;
  const agent = fields.dimension('agent');
  return {
    agent: keyAgent ?? agent,
    user: fields.dimension('user'),
    session: fields.dimension('session'),
    service: fields.dimension('service'),
    environment: fields.dimension('environment'),
    tags: readSentTags(fields),
  };
}

const TAGS_EXPECTED = `an object of at most ${TAGS_SENT_MAX} tags, each a text`;

function readSentTags(subject: JsonFields): Tags {
  if (subject.isAbsent('tags')) return noTags;
  const sent = subject.member('tags');
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    subject.fault('tags', sent, TAGS_EXPECTED);
    return noTags;
  }
  const entries = Object.entries(sent as Readonly<Record<string, unknown>>);
  if (entries.length > TAGS_SENT_MAX) subject.fault('tags', sent, TAGS_EXPECTED);
  for (const [name, value] of entries) {
    if (typeof value !== 'string') subject.fault(`tags.${name.slice(0, TAG_NAME_CHARS_MAX)}`, value, 'a text');
  }
  // Sorted, so that the same tags in another order are the same request.
  return Object.fromEntries(entries.sort(([one], [two]) => (one < two ? -1 : 1))) as Tags;
}

/** As it is read of spans, so that both have one price. */
export function priceName(fields: JsonFields, name: string): string | null {
  return readPriceName(fields.dimension(name));
}

function readCall(body: JsonFields, faults: BodyFaults): AskedCall | null {
  if (body.isAbsent('call')) return null;
  const fields = JsonFields.read(body.member('call'), 'call', CALL_KEYS, faults);
  if (fields === null) return null;
  const model = fields.dimension('model');
  if (model === null && typeof (fields.member('model') ?? '') === 'string') {
    fields.fault('model', fields.member('model'), 'the name of a model');
  }
  const inputTokens = fields.count('input_tokens', TOKENS_PER_BUCKET_MAX);
  const inputBytes = fields.count('input_bytes', TOKENS_PER_BUCKET_MAX);
  if (fields.isAbsent('input_tokens') && fields.isAbsent('input_bytes')) {
    fields.fault('input_tokens', undefined, 'input_tokens, or input_bytes: the bytes of all text as UTF-8');
  }
  const operation = fields.dimension('operation');
  return {
    // As spans' are read: a settlement by a span needs the same provider.
    provider: readProvider(fields.dimension('provider') ?? undefined),
    model: model ?? '',
    operation: operation === null ? null : operationNamed(operation),
    traceId: fields.text('trace_id', TRACE_ID, '32 hexadecimal digits, not all zero')?.toLowerCase() ?? null,
    runId: fields.dimension('run_id'),
    inputTokens,
    inputBytes,
    messages: fields.count('messages', PARTS_MAX) ?? 0,
    tools: fields.count('tools', PARTS_MAX) ?? 0,
    images: fields.count('images', PARTS_MAX) ?? 0,
    isInputBounded: fields.flag('input_bounded', true),
    maxOutputTokens: fields.count('max_output_tokens', TOKENS_PER_BUCKET_MAX),
    canLimitOutput: fields.flag('can_limit_output', true),
    choices: fields.count('n', CHOICES_MAX, 1) ?? 1,
    cacheWrite: fields.oneOf('cache_write', cacheWrites),
    webSearches: fields.count('web_searches', WEB_SEARCHES_MAX) ?? 0,
    serviceTier: priceName(fields, 'service_tier'),
    inferenceGeo: priceName(fields, 'inference_geo'),
    speed: priceName(fields, 'speed'),
    searchContextSize: priceName(fields, 'search_context_size'),
  };
}
