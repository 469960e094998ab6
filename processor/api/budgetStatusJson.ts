import { z } from 'zod';
import { amountAtEnd, exhaustedAt } from '../../src/policy/pace.ts';
import { amountFields, amountsJson } from './budgetsJson.ts';
import { formatInstant } from './instant.ts';
import { instantSchema } from './measures.ts';
import type { CounterNow } from './readCounters.ts';

const forecastSchema = z
  .object({
    exhausted_at: instantSchema.nullable().meta({
      description: 'When the limit is reached at this pace: now where it is, null where the window ends before',
    }),
    ...amountFields({
      at_window_end: 'What is spent at the end of the window at this pace; null while nobody can say',
    }),
  })
  .meta({ description: 'Spent so far over the elapsed part of the window, going on' });

export const counterSchema = z
  .object({
    key: z.record(z.string(), z.string()).meta({
      description: 'The dimensions of `per`, and run or session where that is the window; `(none)` is a missing one',
    }),
    ...amountFields({
      limit: 'With raises and what approvals added',
      raised: 'Of the limit, what raises and approvals added',
      spent: 'Charged, settled, and presumed spent',
      reserved: 'Bounds of calls that are being made',
      left: 'limit − spent − reserved; below 0 after an overrun or a lowered limit',
      overrun: 'Of spent, what no admission had reserved',
      expired_unsettled: 'Bounds of calls that nobody ever settled, given back',
    }),
    used_share: z.number().meta({ description: '(spent + reserved) ÷ limit, six decimals' }),
    window_start: instantSchema.nullable().meta({ description: 'Null: run, session and rolling windows' }),
    resets_at: instantSchema.nullable().meta({ description: 'Null: run, session and rolling windows' }),
    forecast: forecastSchema.nullable().meta({ description: 'Null: run and session windows' }),
  })
  .meta({ id: 'Counter', description: 'The names of amounts end in the unit of the limit: _usd, _tokens or _calls' });

const SHARE_DIGITS = 6;

export function counterJson(counter: CounterNow): z.output<typeof counterSchema> {
  const { inForce, key, window, limit, raised, spent, reserved, overrun, expiredUnsettled, pace } = counter;
  const { unit } = inForce.budget.limit;
  const left = limit - spent - reserved;
  const exhausted = pace === null ? null : exhaustedAt(pace, limit, reserved);
  return {
    key: { ...key },
    ...amountsJson(unit, { limit, raised, spent, reserved, left, overrun, expired_unsettled: expiredUnsettled }),
    used_share: shareOf(spent + reserved, limit),
    window_start: instantJson(window.startMicros),
    resets_at: instantJson(window.endMicros),
    forecast:
      pace === null
        ? null
        : {
            exhausted_at: exhausted === null ? null : instantJson(exhausted),
            ...amountsJson(unit, { at_window_end: amountAtEnd(pace) }),
          },
  };
}

/** Rounded down. A limit is never 0. */
function shareOf(used: bigint, limit: bigint): number {
  const scale = 10n ** BigInt(SHARE_DIGITS);
  return Number((used * scale) / limit) / Number(scale);
}

/** Null for the end of what has none. */
export function instantJson(micros: number): string | null {
  return Number.isFinite(micros) ? formatInstant(BigInt(Math.floor(micros))) : null;
}
