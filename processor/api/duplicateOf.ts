import { z } from 'zod';
import type { CopyRule } from '../../src/charging/paidCalls.ts';

const rules = ['same_provider_id', 'nested', 'sibling'] as const satisfies readonly CopyRule[];

const RULE_DESCRIPTION =
  'What joined them: same_provider_id (one response or request id), nested (one above the other), sibling (side by side in one service)';

/** Refers to another copy of the same paid call, of this trace or of another. */
export const copySchema = z.object({
  rule: z.enum(rules).meta({ description: RULE_DESCRIPTION }),
  trace_id: z.string(),
  span_id: z.string(),
});
z.globalRegistry.add(copySchema, { id: 'Copy' });
export type CopyJson = z.output<typeof copySchema>;

/** `RULE TRACE_ID/SPAN_ID`, as the charge reason of a duplicate names the charged copy (docs/charging.md). */
const REASON = /^(\w+) ([0-9a-f]{32})\/([0-9a-f]{16})$/;

/** The charged copy that a duplicate stands back for, and the rule that joined the duplicate to it; null for any other call. */
export function duplicateOf(row: { readonly charge: string; readonly charge_reason: string | null }): CopyJson | null {
  if (row.charge !== 'duplicate' || row.charge_reason === null) return null;
  const [, found, traceId, spanId] = REASON.exec(row.charge_reason) ?? [];
  const rule = rules.find((known) => known === found);
  return rule === undefined || traceId === undefined || spanId === undefined
    ? null
    : { rule, trace_id: traceId, span_id: spanId };
}
