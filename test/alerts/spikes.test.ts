import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daySpikes, hourSpikes, type Spend } from '../../processor/alerts/spikes.ts';
import { DAY_MICROS, DAY_START_MICROS, usd } from './budgets.ts';

const HOUR_MICROS = DAY_START_MICROS + 10 * 3_600_000_000;

/** One amount a day, the last of them now; null: no call. */
function series(startMicros: number, dollars: readonly (number | null)[], agent: string | null = 'bot'): Spend[] {
  return dollars.flatMap((amount, index) =>
    amount === null
      ? []
      : [{ agent, startMicros: startMicros - (dollars.length - 1 - index) * DAY_MICROS, femtoUsd: usd(amount) }],
  );
}

const isHourSpike = (...dollars: (number | null)[]): boolean =>
  hourSpikes(series(HOUR_MICROS, dollars), HOUR_MICROS).length > 0;
const isDaySpike = (...dollars: (number | null)[]): boolean =>
  daySpikes(series(DAY_START_MICROS, dollars), DAY_START_MICROS).length > 0;

describe('an hour', () => {
  it('is a spike above the mean and three standard deviations of the same hour of the days before', () => {
    // Eight days, 2 and 4 in turn: mean 3, sample variance 8 / 7, three sigmas 3.207: above 6.207.
    const before = [2, 4, 2, 4, 2, 4, 2, 4];
    expect(isHourSpike(...before, 6.207)).toBe(false);
    expect(isHourSpike(...before, 6.208)).toBe(true);
  });

  it('needs to be half above the mean, however even the days before were', () => {
    const before = Array<number>(14).fill(2);
    expect(isHourSpike(...before, 3)).toBe(false);
    expect(isHourSpike(...before, 3.001)).toBe(true);
  });

  it('needs a dollar', () => {
    const before = Array<number>(14).fill(0.01);
    expect(isHourSpike(...before, 0.999)).toBe(false);
    expect(isHourSpike(...before, 1)).toBe(true);
  });

  it('needs seven days to be compared with, counted from the first that has any call', () => {
    expect(isHourSpike(1, 1, 1, 1, 1, 1, 100)).toBe(false);
    expect(isHourSpike(1, 1, 1, 1, 1, 1, 1, 100)).toBe(true);
    // Days without a call after the first are days of 0.
    expect(isHourSpike(1, null, null, null, null, null, null, 100)).toBe(true);
    expect(isHourSpike(100)).toBe(false);
  });

  it('is compared with 14 days and no more', () => {
    expect(isHourSpike(1000, ...Array<number>(14).fill(1), 10)).toBe(true);
    expect(isHourSpike(1000, ...Array<number>(13).fill(1), 10)).toBe(false);
  });

  it('says the same as floating point does, away from its edges', () => {
    const amount = fc.integer({ min: 0, max: 50_000 }).map((mills) => mills / 1000);
    fc.assert(
      fc.property(fc.array(amount, { minLength: 7, maxLength: 14 }), amount, (before, now) => {
        const mean = before.reduce((sum, each) => sum + each, 0) / before.length;
        const variance = before.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (before.length - 1);
        const edge = Math.max(mean + 3 * Math.sqrt(variance), 1.5 * mean);
        fc.pre(Math.abs(now - edge) > 1e-6 && now >= 1);
        expect(isHourSpike(...before, now)).toBe(now > edge);
      }),
    );
  });
});

describe('a day', () => {
  it('is a spike above one and a half times the mean of the seven days before', () => {
    // The mean of 4, 5, 6, 7, 8, 9, 10 is 7.
    expect(isDaySpike(4, 5, 6, 7, 8, 9, 10, 10.5)).toBe(false);
    expect(isDaySpike(4, 5, 6, 7, 8, 9, 10, 10.501)).toBe(true);
    expect(isDaySpike(1000, 4, 5, 6, 7, 8, 9, 10, 10.501)).toBe(true);
  });

  it('needs five dollars, and three days to be compared with', () => {
    expect(isDaySpike(1, 1, 1, 4.999)).toBe(false);
    expect(isDaySpike(1, 1, 1, 5)).toBe(true);
    expect(isDaySpike(1, 1, 5)).toBe(false);
  });

  it('is told of each agent, and of all together', () => {
    const spends = [
      ...series(DAY_START_MICROS, [10, 10, 10, 20], 'steep'),
      ...series(DAY_START_MICROS, [10, 10, 10, 10], 'even'),
      ...series(DAY_START_MICROS, [20, 20, 20, 30.003], null),
    ];
    const found = daySpikes(spends, DAY_START_MICROS);
    expect(found.map(({ about }) => about)).toEqual([{ agent: 'steep' }, {}]);
    expect(found.map((anomaly) => anomaly.describe().message)).toEqual([
      'The calls of agent steep cost 20 USD today, where the days before had a mean of 10 USD.',
      'All calls cost 30.003 USD today, where the days before had a mean of 20 USD.',
    ]);
  });
});
