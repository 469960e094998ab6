import { describe, expect, it } from 'vitest';
import { effects, factsOfRequest, stricter } from '../../src/policy/decision.ts';
import { facts, plainAsked, requestOf } from './asked.ts';

describe('the stricter of two effects', () => {
  it('is the later of allow, warn, modify, require_approval, deny', () => {
    for (const [place, effect] of effects.entries()) {
      for (const [other, another] of effects.entries()) {
        expect(stricter(effect, another)).toBe(effects[Math.max(place, other)]);
      }
    }
  });
});

describe('the facts of a request', () => {
  it('are its subject, and of the call the provider and the model it would be made with', () => {
    expect(factsOfRequest(requestOf({ ...plainAsked, runId: 'r1' }), 'gpt-4o')).toEqual(facts);
    expect(factsOfRequest(requestOf(plainAsked), 'gpt-4o-mini').model).toBe('gpt-4o-mini');
  });

  it('have the trace for a run where none is named, and no run without a call', () => {
    expect(factsOfRequest(requestOf(plainAsked), 'gpt-4o').run).toBe(plainAsked.traceId);
    expect(factsOfRequest(requestOf(null), null)).toMatchObject({ run: null, model: null, provider: null });
  });
});
