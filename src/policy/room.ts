import type { CounterState } from './verdict.ts';

/** What a counter still takes; below 0 where it is overrun. */
export function roomOf({ limit, spent, reserved }: CounterState): bigint {
  return limit - spent - reserved;
}

/** Whether a counter can refuse or clamp: one in shadow mode, or that only warns, counts and lets pass. */
export function isBinding({ budget: { budget } }: CounterState): boolean {
  return budget.mode === 'enforce' && budget.onExceed !== 'warn';
}
