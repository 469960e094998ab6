import type { Counter, Unit } from '../policyAnswers.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface End {
  readonly label: string;
  readonly at: number;
}

/** Ends that are often meant: that of the window first, where it has one. */
export function raiseEnds(
  counter: Pick<Counter, 'resets_at'> | null,
  nowMs: number = Date.now(),
): readonly [End, ...End[]] {
  const resets = counter?.resets_at ?? null;
  const hour = { label: 'in an hour', at: nowMs + HOUR_MS };
  const days = [
    { label: 'in a day', at: nowMs + DAY_MS },
    { label: 'in a week', at: nowMs + 7 * DAY_MS },
  ];
  if (resets === null) return [hour, ...days];
  return [{ label: 'the end of this window', at: Date.parse(resets) }, hour, ...days];
}

const two = (value: number): string => String(value).padStart(2, '0');

/** As `datetime-local` holds it, in the viewer's zone, without seconds. */
export function localText(atMs: number): string {
  const at = new Date(atMs);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** As the API takes it; null for what is no time. */
export function localInstant(text: string): string | null {
  const at = new Date(text);
  return text === '' || Number.isNaN(at.getTime()) ? null : at.toISOString();
}

interface RaiseDraft {
  readonly unit: Unit;
  readonly amount: string;
  readonly endsAt: string;
  readonly reason: string;
  readonly key: Readonly<Record<string, string>>;
}

/** What `POST /api/v1/budgets/NAME/raises` takes. Nothing stands for what was left empty. */
export function raiseBody({ unit, amount, endsAt, reason, key }: RaiseDraft): Readonly<Record<string, unknown>> {
  const written = amount.trim();
  const isCount = unit !== 'usd' && /^\d{1,15}$/.test(written);
  const named = Object.entries(key).filter(([, value]) => value !== '');
  return {
    amount: { [unit]: isCount ? Number(written) : written },
    ends_at: endsAt,
    ...(named.length === 0 ? {} : { key: Object.fromEntries(named) }),
    ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
  };
}
