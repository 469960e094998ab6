import { z } from 'zod';
import { effects } from '../../src/policy/decision.ts';
import { amountFields } from '../api/budgetsJson.ts';
import { instantSchema, usdSchema } from '../api/measures.ts';

const reasonSchema = z
  .strictObject({
    policy: z.string(),
    kind: z.enum(['budget', 'rule', 'callback']),
    effect: z.enum(effects),
    mode: z.enum(['enforce', 'shadow']),
    message: z.string(),
    ...amountFields({ limit: 'Of a budget', spent: 'Before the decision', reserved: 'Before the decision' }),
    resets_at: instantSchema.nullable().optional(),
    key: z.record(z.string(), z.string()).optional().meta({ description: "The counter's dimensions" }),
  })
  .meta({ id: 'Reason' });

export const decisionSchema = z
  .strictObject({
    decision_id: z.string(),
    effect: z.enum(effects),
    reserved_usd: usdSchema
      .nullable()
      .meta({ description: '"0" where nothing is reserved, null for a bound nobody can tell' }),
    reserved_tokens: z.int(),
    expires_at: instantSchema.nullable().meta({ description: 'Null where nothing is reserved' }),
    modify: z.strictObject({ model: z.string().nullable(), max_output_tokens: z.int().nullable() }).nullable(),
    stop_streams: z.boolean().meta({ description: 'Whether a stream that passes what was granted is to be cut off' }),
    reasons: z.array(reasonSchema),
  })
  .meta({ id: 'Decision', description: 'As `POST /policy/v1/decisions` answers it' });
