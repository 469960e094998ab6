import { describe, expect, it } from 'vitest';
import { duplicateOf } from '../../processor/api/duplicateOf.ts';

const trace = 'ab'.repeat(16);
const span = 'cd'.repeat(8);
const of = (charge: string, reason: string | null) => duplicateOf({ charge, charge_reason: reason });

describe('the charged copy of a duplicate', () => {
  it.each(['same_provider_id', 'nested', 'sibling'])('is what the reason names after the rule %s', (rule) => {
    expect(of('duplicate', `${rule} ${trace}/${span}`)).toEqual({ rule, trace_id: trace, span_id: span });
  });

  it.each([
    ['a charged call', 'charged', null],
    ['a container', 'container', 'invoke_agent'],
    ['a container whose rule reads like one', 'container', `nested ${trace}/${span}`],
    ['a reason of no known rule', 'duplicate', `other ${trace}/${span}`],
    ['a reason without ids', 'duplicate', 'nested'],
    ['an id that is too short', 'duplicate', `nested ${trace}/${span.slice(1)}`],
    ['no reason', 'duplicate', null],
  ])('is null for %s', (_, charge, reason) => {
    expect(of(charge, reason)).toBeNull();
  });
});
