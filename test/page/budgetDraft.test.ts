import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BudgetDraft,
  definitionOf,
  draftOf,
  matchDimensions,
  newDraft,
  repeatedMatch,
} from '../../dashboards/page/model/budgetDraft.ts';
import type { BudgetDefinition } from '../../dashboards/page/policyAnswers.ts';
import { definitionSchema } from '../../processor/gate/budgetSchema.ts';
import { matchDimensions as dimensionsOfTheGate } from '../../src/policy/budget.ts';

const draft: BudgetDraft = { ...newDraft('UTC'), amount: '50' };

describe('a draft of a budget', () => {
  it('begins with the defaults of the API: the same as a body that leaves everything out', () => {
    const least = { window: 'day', limit: { usd: '50' } };
    expect(definitionSchema.parse(definitionOf(draft))).toEqual(definitionSchema.parse(least));
  });

  it('offers the dimensions of the gate', () => {
    expect(matchDimensions).toEqual(dimensionsOfTheGate);
  });

  it('writes money as a text and counts as numbers', () => {
    expect(definitionOf({ ...draft, amount: ' 0.10 ' }).limit).toEqual({ usd: '0.10' });
    expect(definitionOf({ ...draft, unit: 'tokens', amount: '1000000' }).limit).toEqual({ tokens: 1_000_000 });
  });

  it('leaves what is no number to the API, which says what it takes', () => {
    const wrong = definitionOf({ ...draft, unit: 'calls', amount: 'many', alertAt: '50, most', minOutputTokens: '' });
    expect(wrong).toMatchObject({ limit: { calls: 'many' }, alert_at: [50, 'most'], min_output_tokens: '' });
    const { success, error } = definitionSchema.safeParse(wrong);
    expect(success).toBe(false);
    expect(new Set(error?.issues.map(({ path }) => path[0]))).toEqual(
      new Set(['limit', 'alert_at', 'min_output_tokens']),
    );
  });

  it('sends models to go down to only where they are of use', () => {
    const written = {
      ...draft,
      downgrade: [
        { from: 'gpt-4o', to: 'gpt-4o-mini' },
        { from: ' ', to: '' },
      ],
    };
    expect(definitionOf(written).downgrade).toEqual({});
    expect(definitionOf({ ...written, onExceed: 'downgrade' }).downgrade).toEqual({ 'gpt-4o': 'gpt-4o-mini' });
  });

  it('names the dimension that stands twice, of which only the last would be sent', () => {
    const agent = { dimension: 'agent', tag: '', glob: 'a' };
    const team = { dimension: 'tag', tag: 'team', glob: 'x' };
    expect(repeatedMatch({ ...draft, match: [agent, team] })).toBeNull();
    expect(repeatedMatch({ ...draft, match: [agent, team, { ...agent, glob: 'b' }] })).toBe('agent');
    expect(repeatedMatch({ ...draft, match: [team, { ...team, tag: ' team ' }] })).toBe('tag.team');
  });
});

const name = fc.stringMatching(/^[a-z][a-z0-9 *-]{0,8}[a-z*]$/);
const definitions: fc.Arbitrary<BudgetDefinition> = fc.record({
  match: fc.dictionary(fc.constantFrom(...matchDimensions, 'tag.team', 'tag.cost centre'), name, {
    noNullPrototype: true,
  }),
  per: fc.uniqueArray(fc.constantFrom(...matchDimensions), { maxLength: 3 }).map((names) => [...names, 'tag.team']),
  window: fc.constantFrom('run', 'session', 'hour', 'day', 'week', 'month', 'rolling:24h', 'rolling:90m'),
  timezone: fc.constantFrom('UTC', 'Europe/Berlin'),
  limit: fc.oneof(
    fc.constantFrom('50', '0.000000000000001', '999999999999').map((usd) => ({ usd })),
    fc.integer({ min: 1, max: 1e15 - 1 }).map((tokens) => ({ tokens })),
    fc.integer({ min: 1, max: 1e15 - 1 }).map((calls) => ({ calls })),
  ),
  alert_at: fc
    .uniqueArray(fc.integer({ min: 1, max: 1000 }), { maxLength: 5 })
    .map((all) => all.toSorted((a, b) => a - b)),
  on_exceed: fc.constant('downgrade'),
  downgrade: fc.dictionary(name, name, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
  unpriced: fc.constantFrom('deny', 'allow', { assume: { usd: '0.1' } }),
  lost_calls: fc.constantFrom('presume', 'release'),
  mode: fc.constantFrom('enforce', 'shadow'),
  min_output_tokens: fc.integer({ min: 1, max: 1_000_000 }),
  stop_streams: fc.boolean(),
});

describe('editing a budget', () => {
  it('and sending it unchanged changes nothing, whatever it says', () => {
    fc.assert(
      fc.property(definitions, (definition) => {
        expect(definitionOf(draftOf(definition))).toEqual(definition);
        expect(definitionSchema.safeParse(definition).error).toBeUndefined();
      }),
    );
  });
});
