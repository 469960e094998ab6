import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addAmounts, amountOf, amountsOf, negateAmounts, noAmounts } from '../../src/policy/amounts.ts';
import type { PostedMeasures, ReservationState } from '../../src/policy/posting.ts';
import { postingOfCharge, postingOfReservation } from '../../src/policy/postings.ts';
import { facts, plainBudget, usd } from './asked.ts';

const none: PostedMeasures = { femtoUsd: 0n, unpricedCalls: 0, tokens: 0, calls: 0 };
const bound: PostedMeasures = { femtoUsd: 100n, unpricedCalls: 0, tokens: 1_000, calls: 1 };

/** Open, of at most 100 femto-USD and 1,000 tokens, of which nobody has said anything yet. */
const open: ReservationState = {
  facts,
  decidedMicros: 7,
  boundFemtoUsd: 100n,
  boundTokens: 1_000,
  phase: 'open',
  rank: 0,
  settledFemtoUsd: null,
  settledTokens: 0,
  claims: 0,
  exactClaims: 0,
  unpricedClaims: 0,
  claimedFemtoUsd: 0n,
  claimedUnpricedCalls: 0,
  claimedTokens: 0,
  claimedCalls: 0,
};
const settled = { settledFemtoUsd: 30n, settledTokens: 300 } as const;
const spent30: PostedMeasures = { femtoUsd: 30n, unpricedCalls: 0, tokens: 300, calls: 1 };
const exact = { claims: 1, exactClaims: 1, claimedFemtoUsd: 30n, claimedTokens: 300, claimedCalls: 1 } as const;
const inexact = { ...exact, exactClaims: 0 } as const;
/** A charged call of 300 tokens that nobody knows the cost of. */
const unpriced = {
  ...inexact,
  unpricedClaims: 1,
  claimedFemtoUsd: 0n,
  claimedUnpricedCalls: 1,
} as const;

function posted(changes: Partial<ReservationState>) {
  const { facts: _facts, atMicros: _at, ...measures } = postingOfReservation({ ...open, ...changes });
  return Object.fromEntries(Object.entries(measures).filter(([, of]) => Object.values(of).some(Number)));
}

describe('a reservation posts', () => {
  it.each([
    ['open: its bound as reserved', {}, { reserved: bound }],
    ['presumed: its bound as presumed', { phase: 'presumed' }, { presumed: bound }],
    ['lapsed: its bound as lapsed', { phase: 'lapsed' }, { lapsed: bound }],
    ['released: nothing', { phase: 'released' }, {}],
    ['settled finally: what was settled', { rank: 2, ...settled }, { spent: spent30 }],
    ['claimed exactly: nothing, the ledger counts the call', exact, {}],
    ['settled finally, then claimed by half of a span: nothing', { rank: 2, ...settled, ...inexact }, {}],
    [
      'settled in part: that, and the rest stays reserved',
      { rank: 1, ...settled },
      { spent: spent30, reserved: { femtoUsd: 70n, unpricedCalls: 0, tokens: 700, calls: 0 } },
    ],
    [
      'claimed by half of a span: the rest stays reserved',
      inexact,
      { reserved: { femtoUsd: 70n, unpricedCalls: 0, tokens: 700, calls: 0 } },
    ],
    ['settled in part, then expired: what was settled', { rank: 1, ...settled, phase: 'presumed' }, { spent: spent30 }],
  ] as const)('%s', (_title, changes, expected) => {
    expect(posted(changes)).toEqual(expected);
  });

  it('as overrun what it used beyond its bound: 130 − 100 femto-USD, 1,200 − 1,000 tokens', () => {
    const overrun = { femtoUsd: 30n, unpricedCalls: 0, tokens: 200, calls: 0 };
    const claimed = { ...exact, claimedFemtoUsd: 130n, claimedTokens: 1_200 };
    expect(posted(claimed)).toEqual({ overrun });
    expect(posted({ rank: 2, settledFemtoUsd: 130n, settledTokens: 1_200 })).toMatchObject({ overrun });
  });

  it('as overrun all of a call that was released and made all the same', () => {
    expect(posted({ phase: 'released', ...exact })).toEqual({ overrun: spent30 });
    expect(posted({ phase: 'released', rank: 2, ...settled })).toEqual({ spent: spent30, overrun: spent30 });
  });

  it('as overrun all of a call that came after a day, and as late what came after the expiry', () => {
    expect(posted({ phase: 'lapsed', ...exact })).toEqual({ overrun: spent30 });
    expect(posted({ phase: 'presumed', ...exact })).toEqual({ late: spent30 });
    const late = { phase: 'presumed', ...exact, claimedFemtoUsd: 130n, claimedTokens: 300 } as const;
    expect(posted(late)).toEqual({
      late: { femtoUsd: 100n, unpricedCalls: 0, tokens: 300, calls: 1 },
      overrun: { ...none, femtoUsd: 30n },
    });
  });

  it('a bound that nobody knows as a call without a price', () => {
    expect(posted({ boundFemtoUsd: null })).toEqual({ reserved: { ...bound, femtoUsd: 0n, unpricedCalls: 1 } });
    const partly = { boundFemtoUsd: null, rank: 1, settledFemtoUsd: null, settledTokens: 300 } as const;
    expect(posted(partly)).toEqual({
      spent: { femtoUsd: 0n, unpricedCalls: 1, tokens: 300, calls: 1 },
      reserved: { ...none, tokens: 700 },
    });
  });

  it('the money of a settlement without a cost as if nobody had settled', () => {
    const partly = { rank: 1, settledFemtoUsd: null, settledTokens: 300 } as const;
    expect(posted({ ...partly, rank: 2 })).toEqual(posted(partly));
    const spent = { ...none, tokens: 300, calls: 1 };
    expect(posted(partly)).toEqual({ spent, reserved: { ...none, femtoUsd: 100n, tokens: 700 } });
    expect(posted({ ...partly, phase: 'presumed' })).toEqual({ spent, presumed: { ...none, femtoUsd: 100n } });
    expect(posted({ ...partly, phase: 'lapsed' })).toEqual({ spent, lapsed: { ...none, femtoUsd: 100n } });
  });

  it('as overrun the calls beyond the one it admitted: 2 − 1, and all 2 where the bound was given back', () => {
    const two = { ...exact, claims: 2, claimedCalls: 2, claimedFemtoUsd: 60n, claimedTokens: 600 };
    expect(posted(two)).toEqual({ overrun: { ...none, calls: 1 } });
    expect(posted({ ...two, exactClaims: 0 })).toEqual({
      reserved: { ...none, femtoUsd: 40n, tokens: 400 },
      overrun: { ...none, calls: 1 },
    });
    const both = { femtoUsd: 60n, unpricedCalls: 0, tokens: 600, calls: 2 };
    expect(posted({ ...two, phase: 'released' })).toEqual({ overrun: both });
    expect(posted({ ...two, phase: 'lapsed' })).toEqual({ overrun: both });
    const late = { ...both, calls: 1 };
    expect(posted({ ...two, phase: 'presumed' })).toEqual({ late, overrun: { ...none, calls: 1 } });
  });

  it('no call of a container, whose calls the ledger counts as their own: they claim nothing, and are overrun', () => {
    const container = { ...exact, claimedFemtoUsd: 0n, claimedTokens: 0, claimedCalls: 0 };
    for (const phase of ['open', 'presumed', 'lapsed', 'released'] as const) {
      expect(posted({ ...container, phase })).toEqual({});
    }
  });

  it('never less than what is known, and never more than bound and overrun while it is open', () => {
    const small = fc.integer({ min: 0, max: 2_000 });
    const phase = fc.constantFrom('open', 'presumed', 'lapsed', 'released' as const);
    const rank = fc.constantFrom(0, 1, 2 as const);
    fc.assert(
      fc.property(phase, rank, small, small, small, (of, said, settledAt, claims, claimed) => {
        const isClaimed = claims % 2 === 1;
        const state: ReservationState = {
          ...open,
          phase: of as ReservationState['phase'],
          rank: said as ReservationState['rank'],
          settledFemtoUsd: BigInt(settledAt),
          ...(isClaimed ? { ...inexact, claimedFemtoUsd: BigInt(claimed) } : {}),
        };
        const { spent, reserved, presumed, lapsed, overrun } = postingOfReservation(state);
        const inLedger = isClaimed ? BigInt(claimed) : 0n;
        const held = spent.femtoUsd + reserved.femtoUsd + presumed.femtoUsd + lapsed.femtoUsd + inLedger;
        const known = isClaimed ? claimed : said === 0 ? 0 : settledAt;
        expect(held).toBeGreaterThanOrEqual(BigInt(known));
        if (of === 'open') expect(held - overrun.femtoUsd).toBeLessThanOrEqual(100n);
      }),
    );
  });
});

describe('a reservation that a call of unknown cost claims posts', () => {
  const overrun = { ...none, unpricedCalls: 1 };
  const money = (femtoUsd: bigint): PostedMeasures => ({ ...none, femtoUsd });

  it('while open the money of its bound, and the tokens beyond: the ledger counts the call and 300 of 1,000', () => {
    expect(posted(unpriced)).toEqual({ reserved: { ...none, femtoUsd: 100n, tokens: 700 }, overrun });
  });

  it('after its expiry the money alone, and nothing where it was released', () => {
    expect(posted({ ...unpriced, phase: 'presumed' })).toEqual({ presumed: money(100n), overrun });
    expect(posted({ ...unpriced, phase: 'lapsed' })).toEqual({ lapsed: money(100n), overrun });
    const all = { femtoUsd: 0n, unpricedCalls: 1, tokens: 300, calls: 1 };
    expect(posted({ ...unpriced, phase: 'released' })).toEqual({ overrun: all });
  });

  it('the money of a settlement, partial or final: 30, and 100 − 30 while it may become more', () => {
    const partial = { ...unpriced, rank: 1, settledFemtoUsd: 30n, settledTokens: 900 } as const;
    expect(posted(partial)).toEqual({
      spent: money(30n),
      reserved: { ...none, femtoUsd: 70n, tokens: 700 },
      overrun,
    });
    expect(posted({ ...partial, phase: 'presumed' })).toEqual({ spent: money(30n), overrun });
    expect(posted({ ...partial, rank: 2 })).toEqual({ spent: money(30n), overrun });
    expect(posted({ ...partial, rank: 2, phase: 'presumed' })).toEqual({
      spent: money(30n),
      late: { femtoUsd: 30n, unpricedCalls: 0, tokens: 300, calls: 1 },
      overrun,
    });
    expect(posted({ ...partial, rank: 2, settledFemtoUsd: 130n })).toEqual({
      spent: money(130n),
      overrun: { ...overrun, femtoUsd: 30n },
    });
  });

  it('its bound still where the settlement does not know the money either', () => {
    const unknown = { ...unpriced, rank: 1, settledFemtoUsd: null, settledTokens: 900 } as const;
    expect(posted(unknown)).toEqual(posted(unpriced));
    expect(posted({ ...unknown, phase: 'presumed' })).toEqual({ presumed: money(100n), overrun });
    expect(posted({ ...unknown, phase: 'released' })).toMatchObject({ overrun: { calls: 1, unpricedCalls: 1 } });
  });

  it('nothing of a bound without a price but its tokens, and nothing where the usage is exact', () => {
    const unbound = { ...unpriced, boundFemtoUsd: null };
    expect(posted(unbound)).toEqual({ reserved: { ...none, tokens: 700 } });
    expect(posted({ ...unbound, exactClaims: 1 })).toEqual({});
    expect(posted({ ...unbound, phase: 'presumed' })).toEqual({});
  });

  it('as if priced where another claim has a price: 30 of 100, and a second call without one', () => {
    const two = { ...unpriced, claims: 2, claimedFemtoUsd: 30n, claimedTokens: 600, claimedCalls: 2 };
    const beyond = { ...overrun, calls: 1 };
    expect(posted(two)).toEqual({ reserved: { ...none, femtoUsd: 70n, tokens: 400 }, overrun: beyond });
    expect(posted({ ...two, exactClaims: 1 })).toEqual({ overrun: beyond });
    // A copy without a price that is not charged adds none.
    expect(posted({ ...exact, claims: 2, unpricedClaims: 1 })).toEqual({});
  });

  it('with the ledger one call and its tokens once, whatever phase and settlement, and no more than bound and overrun', () => {
    const phase = fc.constantFrom<ReservationState['phase'][]>('open', 'presumed', 'lapsed', 'released');
    const rank = fc.constantFrom<ReservationState['rank'][]>(0, 1, 2);
    const cost = fc.option(fc.bigInt({ min: 0n, max: 200n }));
    const tokens = fc.integer({ min: 0, max: 2_000 });
    fc.assert(
      fc.property(phase, rank, cost, tokens, (of, said, settledFemtoUsd, claimedTokens) => {
        const state = { ...open, ...unpriced, phase: of, rank: said, settledFemtoUsd, claimedTokens };
        const { spent, reserved, presumed, lapsed, overrun: over } = postingOfReservation(state);
        const sum = (name: 'calls' | 'tokens' | 'unpricedCalls') =>
          spent[name] + reserved[name] + presumed[name] + lapsed[name];
        expect([sum('calls'), sum('unpricedCalls'), spent.tokens, presumed.tokens, lapsed.tokens]).toEqual([
          0, 0, 0, 0, 0,
        ]);
        expect(claimedTokens + sum('tokens') - over.tokens).toBeLessThanOrEqual(1_000);
        const money = spent.femtoUsd + reserved.femtoUsd + presumed.femtoUsd + lapsed.femtoUsd;
        expect(money - over.femtoUsd).toBeLessThanOrEqual(100n);
        const isKnown = said > 0 && settledFemtoUsd !== null;
        if (isKnown) expect(money).toBeGreaterThanOrEqual(settledFemtoUsd);
        else expect(money).toBe(of === 'released' ? 0n : 100n);
      }),
    );
  });
});

describe('a charged call posts', () => {
  it('what it used as spent, and as overrun too where it was never admitted', () => {
    const { facts: _facts, ...rest } = postingOfCharge(facts, 9, spent30, false);
    expect(rest).toEqual({
      atMicros: 9,
      spent: spent30,
      overrun: spent30,
      reserved: none,
      presumed: none,
      lapsed: none,
      late: none,
    });
    expect(postingOfCharge(facts, 9, spent30, true).overrun).toEqual(none);
  });
});

describe('what a budget makes of measures', () => {
  const measures: PostedMeasures = { femtoUsd: 30n, unpricedCalls: 2, tokens: 300, calls: 3 };

  it('is dollars, tokens or calls, whatever its limit counts', () => {
    const amount = (unit: 'usd' | 'tokens' | 'calls') =>
      amountOf({ ...plainBudget, limit: { unit, amount: 1n } }, measures);
    expect([amount('usd'), amount('tokens'), amount('calls')]).toEqual([30n, 300n, 3n]);
  });

  it('counts calls without a price at the assumed amount: 30 femto-USD + 2 × 0.10 USD', () => {
    const assume = { ...plainBudget, unpriced: { kind: 'assume', femtoUsd: usd('0.10') } } as const;
    expect(amountOf(assume, measures)).toBe(30n + 2n * usd('0.10'));
    expect(amountOf({ ...plainBudget, unpriced: { kind: 'allow' } }, measures)).toBe(30n);
  });

  it('has what was lost as spent, or as expired where lost calls are released', () => {
    const lost = postingOfReservation({ ...open, phase: 'presumed' });
    expect(amountsOf(plainBudget, lost)).toEqual({ ...noAmounts, spent: 100n });
    expect(amountsOf({ ...plainBudget, lostCalls: 'release' }, lost)).toEqual({ ...noAmounts, expiredUnsettled: 100n });
    const came = postingOfReservation({ ...open, phase: 'presumed', ...exact });
    expect(amountsOf(plainBudget, came)).toEqual(noAmounts);
    expect(amountsOf({ ...plainBudget, lostCalls: 'release' }, came)).toEqual({ ...noAmounts, overrun: 30n });
  });

  it('adds up to nothing when it is booked and booked back', () => {
    const amounts = amountsOf(plainBudget, postingOfReservation({ ...open, rank: 1, ...settled }));
    expect(addAmounts(amounts, negateAmounts(amounts))).toEqual(noAmounts);
  });
});
