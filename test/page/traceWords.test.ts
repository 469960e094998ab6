import { describe, expect, it } from 'vitest';
import { timeMarks } from '../../dashboards/page/model/axis.ts';
import { attributionWords, chargeWords, costStatusWords } from '../../dashboards/page/model/callWords.ts';
import { dearest } from '../../dashboards/page/model/dearest.ts';
import { callCount, notCharged, unpricedCount } from '../../dashboards/page/model/traceWords.ts';

const charges = { charged: 1, duplicate: 0, container: 0, pending: 0, charged_elsewhere: 0 };

describe('what a trace says of itself', () => {
  it('says nothing of what is not charged where all is', () => {
    expect(notCharged({ cost_usd: '1', charges })).toBeNull();
    expect(callCount({ cost_usd: '1', charges })).toBe('1 charged call');
  });

  it('tells copies charged here from those charged elsewhere: of 3 duplicates 1', () => {
    const facts = {
      cost_usd: '1',
      charges: { ...charges, duplicate: 3, charged_elsewhere: 1, container: 1, pending: 2 },
    };
    expect(notCharged(facts)).toBe(
      'Not charged: 2 copies of calls that are charged here, 1 copy of a call in another trace, 1 container and 2 calls that wait.',
    );
  });

  it('counts the charged spans without a price, and no others', () => {
    const spans = [
      { charge: 'charged', cost_usd: null },
      { charge: 'charged', cost_usd: '0' },
      { charge: 'duplicate', cost_usd: null },
      { charge: null, cost_usd: null },
    ];
    expect(unpricedCount(spans)).toBe(1);
  });

  it('finds its dearest charged span, comparing money to the digit', () => {
    const spans = [
      { id: 1, charge: 'charged', cost_usd: '0.100000000000001' },
      { id: 2, charge: 'charged', cost_usd: '0.100000000000002' },
      { id: 3, charge: 'duplicate', cost_usd: '9' },
      { id: 4, charge: 'charged', cost_usd: null },
    ];
    expect(dearest(spans)?.id).toBe(2);
    expect(dearest(spans.slice(2))).toBeNull();
  });
});

describe('words for a call', () => {
  it('say why it is or is not charged', () => {
    const call = { charge: 'charged', charge_reason: null, duplicate_of: null };
    expect(chargeWords(call)).toBe('Charged: its cost is in every sum.');
    expect(chargeWords({ ...call, charge_reason: 'agent_total' })).toContain('total of its agent');
    expect(chargeWords({ ...call, charge: 'duplicate', duplicate_of: { rule: 'sibling' } })).toContain('side by side');
    expect(
      chargeWords({ ...call, charge: 'container', charge_reason: 'gen_ai.operation.name=invoke_agent' }),
    ).toContain('(gen_ai.operation.name=invoke_agent)');
    expect(chargeWords({ ...call, charge: null })).toContain('Not a call');
  });

  it('fall back to the name of what they do not know', () => {
    expect([attributionWords('oracle'), costStatusWords('guessed')]).toEqual(['oracle', 'guessed']);
    expect(attributionWords(null)).toBe('nobody says it');
  });
});

describe('the marks of a time axis', () => {
  it('are at round times, at most so many: 2,400 ms in 5 marks need steps of 600 or more, so of 1,000', () => {
    expect(timeMarks(2400, 5)).toEqual([0, 1000, 2000]);
    expect(timeMarks(2000, 5)).toEqual([0, 500, 1000, 1500, 2000]);
    // 600,000 ms in 5 marks: steps of 150 s or more, so of 5 minutes; 40 days: of 10 days.
    expect(timeMarks(600_000, 5)).toEqual([0, 300_000, 600_000]);
    expect(timeMarks(40 * 86_400_000, 5).map((mark) => mark / 86_400_000)).toEqual([0, 10, 20, 30, 40]);
    expect(timeMarks(0.4, 5)).toEqual([0, 0.1, 0.2, expect.closeTo(0.3, 9), 0.4]);
  });

  it('are the start alone where there is no time', () => {
    expect([timeMarks(0, 5), timeMarks(Number.NaN, 5)]).toEqual([[0], [0]]);
  });
});
