import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetJson, readBudget } from '../../processor/gate/budgetSchema.ts';
import type { Budget } from '../../src/policy/budget.ts';

const plain = { window: 'day', limit: { usd: '50' } };

function accept(json: object): Budget {
  const read = readBudget(json, 'b', 'api');
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.budget;
}

/** The paths of what is wrong. */
function problemsOf(json: unknown): string[] {
  const read = readBudget(json, 'b', 'api');
  return read.ok ? [] : read.problems.map(({ path }) => path);
}

describe('a budget', () => {
  it('has a default for everything but its window and limit', () => {
    expect(accept(plain)).toEqual({
      name: 'b',
      source: 'api',
      match: {},
      per: [],
      window: { kind: 'day' },
      timezone: 'UTC',
      limit: { unit: 'usd', amount: 50n * 10n ** 15n },
      alertAt: [50, 80, 100],
      onExceed: 'deny',
      downgrade: {},
      unpriced: { kind: 'deny' },
      lostCalls: 'presume',
      mode: 'enforce',
      minOutputTokens: 64,
      stopStreams: false,
    });
    expect(problemsOf({})).toEqual(['window', 'limit']);
  });

  it('has rolling windows of a minute to 90 days', () => {
    const msOf = (window: string): number | null => {
      const read = readBudget({ ...plain, window }, 'b', 'api');
      return read.ok && read.budget.window.kind === 'rolling' ? read.budget.window.ms : null;
    };
    expect(['rolling:1m', 'rolling:90m', 'rolling:24h', 'rolling:7d'].map(msOf)).toEqual([
      60_000,
      90 * 60_000,
      24 * 3_600_000,
      7 * 86_400_000,
    ]);
    expect(['rolling:90d', 'rolling:2160h', 'rolling:129600m'].map(msOf)).toEqual([7_776e6, 7_776e6, 7_776e6]);
    for (const window of [
      'rolling:91d',
      'rolling:129601m',
      'rolling:0m',
      'rolling:1.5h',
      'rolling:7w',
      'rolling:',
      'year',
      7,
    ]) {
      expect(problemsOf({ ...plain, window })).toEqual(['window']);
    }
  });

  it('has exactly one limit, above 0', () => {
    expect(accept({ ...plain, limit: { tokens: 1_000_000 } }).limit).toEqual({ unit: 'tokens', amount: 1_000_000n });
    expect(accept({ ...plain, limit: { calls: '1000' } }).limit).toEqual({ unit: 'calls', amount: 1000n });
    expect(problemsOf({ ...plain, limit: {} })).toEqual(['limit']);
    expect(problemsOf({ ...plain, limit: { usd: '1', calls: 1 } })).toEqual(['limit']);
    expect(problemsOf({ ...plain, limit: { usd: '0' } })).toEqual(['limit.usd']);
    expect(problemsOf({ ...plain, limit: { tokens: 0 } })).toEqual(['limit.tokens']);
    expect(problemsOf({ ...plain, limit: { calls: 1.5, eur: 1 } })).toEqual(['limit.calls', 'limit.eur']);
  });

  it('takes money as text with all digits, as a number where that is surely the one that was written', () => {
    const amountOf = (usd: string | number): bigint => accept({ ...plain, limit: { usd } }).limit.amount;
    expect(amountOf('0.000000000000001')).toBe(1n);
    expect(amountOf('999999999999.999999999999999')).toBe(10n ** 27n - 1n);
    // As floats 0.1 + 0.2 is 0.30000000000000004; each alone is written as it is meant.
    expect([amountOf(0.1), amountOf(0.2), amountOf(49.99)]).toEqual([10n ** 14n, 2n * 10n ** 14n, 4999n * 10n ** 13n]);
    for (const usd of [
      '1000000000000',
      '0.0000000000000001',
      '-1',
      '1e3',
      '',
      ' 1',
      1e21,
      0.1 + 0.2,
      Number.NaN,
      true,
      null,
    ]) {
      expect(problemsOf({ ...plain, limit: { usd } })).toEqual(['limit.usd']);
    }
  });

  it('matches and counts by known dimensions and tags', () => {
    const match = { agent: 'a*', 'tag.feature': '*' };
    expect(accept({ ...plain, match, per: ['user', 'tag.feature'] })).toMatchObject({
      match,
      per: ['user', 'tag.feature'],
    });
    expect(problemsOf({ ...plain, match: { colour: 'red', user: 1, 'tag.': 'x', agent: '' } })).toEqual([
      'match.colour',
      'match.user',
      'match.tag.',
      'match.agent',
    ]);
    expect(problemsOf({ ...plain, match: ['agent'] })).toEqual(['match']);
    expect(problemsOf({ ...plain, match: JSON.parse('{"__proto__":"x"}') as object })).toEqual(['match.__proto__']);
    expect(problemsOf({ ...plain, per: ['user', 'user'] })).toEqual(['per']);
    expect(problemsOf({ ...plain, per: ['operation'] })).toEqual(['per.0']);
  });

  it('has alerts at rising percentages of 1 to 1000', () => {
    expect(accept({ ...plain, alert_at: [1, 1000] }).alertAt).toEqual([1, 1000]);
    expect(accept({ ...plain, alert_at: [] }).alertAt).toEqual([]);
    const tooMany = Array.from({ length: 21 }, (_, at) => at + 1);
    for (const alert_at of [[0], [1001], [12.5], [80, 80], [80, 50], 80, tooMany]) {
      expect(problemsOf({ ...plain, alert_at })).toEqual(['alert_at']);
    }
    expect(problemsOf({ ...plain, alert_at: ['80'] })).toEqual(['alert_at.0']);
  });

  it('that goes down to other models says to which', () => {
    expect(problemsOf({ ...plain, on_exceed: 'downgrade' })).toEqual(['downgrade']);
    expect(problemsOf({ ...plain, on_exceed: 'downgrade', downgrade: {} })).toEqual(['downgrade']);
    expect(problemsOf({ ...plain, downgrade: { 'gpt-*': 7, '': 'x' } })).toEqual(['downgrade.gpt-*', 'downgrade.']);
    const downgrade = { 'gpt-4o': 'gpt-4o-mini', 'gpt-*': 'gpt-4.1-nano' };
    for (const written of [downgrade, [{ 'gpt-4o': 'gpt-4o-mini' }, { 'gpt-*': 'gpt-4.1-nano' }]]) {
      const budget = accept({ ...plain, on_exceed: 'downgrade', downgrade: written });
      expect(Object.entries(budget.downgrade)).toEqual(Object.entries(downgrade));
    }
  });

  it('says what a call without a price gets', () => {
    const unpriced = (value: unknown) => accept({ ...plain, unpriced: value }).unpriced;
    expect(unpriced({ assume: { usd: '0.10' } })).toEqual({ kind: 'assume', femtoUsd: 10n ** 14n });
    expect(unpriced('allow')).toEqual({ kind: 'allow' });
    for (const [value, path] of [
      ['assume', 'unpriced'],
      [{ assume: '0.10' }, 'unpriced.assume'],
      [{ assume: { usd: '0' } }, 'unpriced.assume.usd'],
      [{ deny: true }, 'unpriced.assume'],
    ]) {
      expect(problemsOf({ ...plain, unpriced: value })).toContain(path);
    }
  });

  it('has a known time zone and a name that fits into a path', () => {
    expect(problemsOf({ ...plain, timezone: 'Europe/Atlantis' })).toEqual(['timezone']);
    expect(readBudget(plain, 'a/b', 'api')).toMatchObject({ ok: false, problems: [{ path: 'name', found: '"a/b"' }] });
    expect(readBudget({ ...plain, name: 'A.b_c-9' }, null, 'file')).toMatchObject({ ok: true });
    expect(readBudget(plain, null, 'file')).toMatchObject({
      ok: false,
      problems: [{ path: 'name', found: 'nothing' }],
    });
  });

  it('never throws, whatever JSON it is', () => {
    const keys = ['match', 'per', 'window', 'limit', 'alert_at', 'downgrade', 'unpriced', 'timezone', 'mode'];
    const anything = fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...keys), fc.jsonValue()));
    fc.assert(
      fc.property(anything, (json) => {
        const read = readBudget(json, null, 'file');
        expect(read.ok || read.problems.length > 0).toBe(true);
      }),
    );
  });

  it('is read as it was from what is stored of it', () => {
    const money = fc.bigInt({ min: 1n, max: 10n ** 27n - 1n });
    const window = fc.oneof(
      fc.constantFrom('run' as const, 'session' as const, 'hour' as const, 'month' as const).map((kind) => ({ kind })),
      fc.integer({ min: 1, max: 129_600 }).map((minutes) => ({ kind: 'rolling' as const, ms: minutes * 60_000 })),
    );
    const limit = fc.oneof(
      money.map((amount) => ({ unit: 'usd' as const, amount })),
      fc.bigInt({ min: 1n, max: 10n ** 15n }).map((amount) => ({ unit: 'tokens' as const, amount })),
    );
    const unpriced = fc.oneof(
      fc.constantFrom('deny' as const, 'allow' as const).map((kind) => ({ kind })),
      money.map((femtoUsd) => ({ kind: 'assume' as const, femtoUsd })),
    );
    fc.assert(
      fc.property(window, limit, unpriced, (...parts) => {
        const budget: Budget = { ...accept(plain), window: parts[0], limit: parts[1], unpriced: parts[2] };
        const stored: unknown = JSON.parse(JSON.stringify(budgetJson(budget)));
        expect(readBudget(stored, 'b', 'api')).toEqual({ ok: true, budget });
      }),
    );
  });
});
