/**
 * What `/openapi.json` says of the policy API. Bodies are read by hand (`JsonFields`), for speed; a test holds both against each
 * other. Every optional member may be null, which is the same as absent.
 */
import { z } from 'zod';
import { CHOICES_MAX } from '../../src/policy/bound.ts';
import { emptyUsage, otherBuckets, TOKENS_PER_BUCKET_MAX } from '../../src/usage.ts';
import { instantSchema, usdSchema } from '../api/measures.ts';
import {
  cacheWrites,
  IDEMPOTENCY_KEY,
  PARTS_MAX,
  TAGS_SENT_MAX,
  TRACE_ID,
  TTL_SECONDS_MAX,
  WEB_SEARCHES_MAX,
} from './decisionRequest.ts';
import { RENEWALS_MAX } from './renewalRequest.ts';

const dimension = z.string().nullish();
const flag = (description: string) => z.boolean().nullish().meta({ description });
const count = (max: number, description: string, min = 0) => z.int().min(min).max(max).nullish().meta({ description });

const subject = z.strictObject({
  agent: dimension.meta({ description: "An API key's agent stands over it" }),
  user: dimension,
  session: dimension,
  service: dimension,
  environment: dimension,
  tags: z
    .record(z.string(), z.string())
    .refine((tags) => Object.keys(tags).length <= TAGS_SENT_MAX)
    .nullish()
    .meta({ maxProperties: TAGS_SENT_MAX }),
});

const call = z
  .strictObject({
    provider: dimension,
    model: z.string().regex(/\S/),
    operation: dimension,
    trace_id: z.string().regex(TRACE_ID).nullish(),
    run_id: dimension.meta({ description: 'Without it the run is the trace' }),
    input_tokens: count(TOKENS_PER_BUCKET_MAX, 'As the caller counted; this or input_bytes is needed'),
    input_bytes: count(TOKENS_PER_BUCKET_MAX, 'Bytes of all text as UTF-8, tools and their schemas among it'),
    messages: count(PARTS_MAX, 'With input_bytes: how many; 0 without it'),
    tools: count(PARTS_MAX, 'With input_bytes: how many; 0 without it'),
    images: count(PARTS_MAX, 'How many, their bytes in no count; 0 without it'),
    input_bounded: flag('False where input is in files, audio or earlier answers; true without it'),
    max_output_tokens: count(TOKENS_PER_BUCKET_MAX, "Without it the model's maximum is what the call may write"),
    can_limit_output: flag('Whether the call has a parameter for it; true without it'),
    n: count(CHOICES_MAX, 'How many answers of max_output_tokens each; 1 without it', 1),
    cache_write: z
      .enum(cacheWrites)
      .nullish()
      .meta({ description: 'The dearest asked for; without it the dearest there is' }),
    web_searches: count(WEB_SEARCHES_MAX, 'The most that the provider may make; 0 without it'),
    service_tier: dimension.meta({ description: 'As it is asked for; without it the standard one' }),
    inference_geo: dimension.meta({ description: "Anthropic's, as it is asked for" }),
    speed: dimension.meta({ description: "Anthropic's, as it is asked for" }),
    search_context_size: dimension.meta({ description: 'Of a search, as it is asked for' }),
  })
  .refine((asked) => (asked.input_tokens ?? asked.input_bytes ?? null) !== null);

export const decisionRequestSchema = z.strictObject({
  subject: subject.nullish(),
  call: call.nullish().meta({ description: 'Without it the question is whether a run may start' }),
  idempotency_key: z.string().regex(IDEMPOTENCY_KEY).nullish(),
  ttl_seconds: count(TTL_SECONDS_MAX, 'How long the reservation lives unless renewed; 120 without it', 1),
});

const buckets = [...Object.keys(emptyUsage).filter((key) => key !== 'other'), ...otherBuckets];
const usage = z.strictObject(
  Object.fromEntries(buckets.map((bucket) => [bucket, z.int().min(0).max(TOKENS_PER_BUCKET_MAX).nullish()])),
);

export const settlementSchema = z.union([
  z.strictObject({
    usage: usage.nullable().meta({ description: 'Null where nobody knows: the bound stays reserved' }),
    model: dimension.meta({ description: 'That answered; without it the one that was granted' }),
    final: flag('False for estimates and aborted streams: the rest stays reserved; true without it'),
    service_tier: dimension.meta({ description: 'That served, else the one asked for' }),
    inference_geo: dimension,
    speed: dimension,
    search_context_size: dimension,
    released: z.null().optional(),
  }),
  z.strictObject({
    released: z.literal(true).meta({ description: 'Only of a call that surely was not sent' }),
    usage: z.null().optional(),
    model: z.null().optional(),
    final: z.null().optional(),
    service_tier: z.null().optional(),
    inference_geo: z.null().optional(),
    speed: z.null().optional(),
    search_context_size: z.null().optional(),
  }),
]);
export const settledSchema = z.strictObject({ cost_usd: usdSchema.nullable() });

export const renewalSchema = z.strictObject({ ids: z.array(z.guid()).min(1).max(RENEWALS_MAX) });
export const renewedSchema = z.strictObject({
  renewed: z.array(z.strictObject({ id: z.string(), expires_at: instantSchema })),
  ended: z.array(z.string()).meta({ description: 'Settled, released, expired or not known: no longer reserved' }),
});
