import { useEffect, useState } from 'preact/hooks';
import type { Costs, Page } from './answers.ts';
import { ask, Fault } from './client.ts';

const BEAT_MS = 3_000;
const BEAT_MS_MAX = 30_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Whatever the beat cannot see, such as a price that was changed. */
const REFRESH_MS = 60_000;

export interface Pulse {
  /** Grows when something changed: views that follow along ask again. */
  readonly beat: number;
  readonly state: 'live' | 'paused' | 'lost';
  /** When Tollgate answered last, in ms since 1970. */
  readonly heardAt: number | null;
}

let pulse: Pulse = { beat: 0, state: 'live', heardAt: null };
let seen: string | null = null;
let refreshedAt = Date.now();
let waitMs = BEAT_MS;
let isFeeling = false;
let timer: ReturnType<typeof setTimeout> | null = null;
const listeners = new Set<(pulse: Pulse) => void>();

function change(next: Pulse): void {
  pulse = next;
  for (const listener of listeners) listener(pulse);
}

/** What changes with every charged call and every alert of a day; from a full hour on, so that no call leaves it meanwhile. */
async function listen(): Promise<string> {
  const hourMs = Date.now() - (Date.now() % HOUR_MS);
  const [costs, alerts] = await Promise.all([
    ask<Costs>('/api/v1/costs', { from: new Date(hourMs - DAY_MS).toISOString() }),
    ask<Page<{ readonly id: string }>>('/api/v1/alerts', { period: '24h', limit: 1 }),
  ]);
  const { calls, cost_usd: cost, total_tokens: tokens } = costs.totals;
  return [calls, cost, tokens, alerts.items[0]?.id].join(' ');
}

async function feel(): Promise<void> {
  // Nobody looks any more, such as while a key is asked for.
  if (listeners.size === 0) return;
  isFeeling = true;
  try {
    const heard = await listen();
    const now = Date.now();
    const isDue = now - refreshedAt >= REFRESH_MS || pulse.state === 'lost';
    const isNew = seen !== null && heard !== seen;
    seen = heard;
    waitMs = BEAT_MS;
    if (isDue || isNew) refreshedAt = now;
    change({ beat: pulse.beat + (isDue || isNew ? 1 : 0), state: 'live', heardAt: now });
  } catch (error) {
    waitMs = Math.min(waitMs * 2, BEAT_MS_MAX);
    const isGone = error instanceof Fault && (error.status === 0 || error.status >= 500);
    change({ ...pulse, state: isGone ? 'lost' : 'paused' });
  } finally {
    isFeeling = false;
  }
}

function schedule(afterMs: number): void {
  if (timer !== null) clearTimeout(timer);
  timer = null;
  if (document.hidden || listeners.size === 0) return;
  timer = setTimeout(() => void feel().then(() => schedule(waitMs)), afterMs);
}

document.addEventListener('visibilitychange', () => {
  change({ ...pulse, state: document.hidden ? 'paused' : 'live' });
  schedule(0);
});

/** The first beat goes out before the views ask, so that nothing that comes in after they did is taken for old. */
function begin(): void {
  if (isFeeling) return;
  // What waits may be the next try after one that had no key yet.
  if (seen === null) void feel().then(() => schedule(waitMs));
  else if (timer === null) schedule(BEAT_MS);
}

/** The heartbeat of the page while somebody looks at it. */
export function usePulse(): Pulse {
  const [state, setState] = useState(pulse);
  useEffect(() => {
    listeners.add(setState);
    begin();
    return () => void listeners.delete(setState);
  }, []);
  return state;
}

/** The beat alone: who follows it is drawn again only when something changed. */
export function useBeat(): number {
  const [beat, setBeat] = useState(pulse.beat);
  useEffect(() => {
    const listener = (next: Pulse): void => setBeat(next.beat);
    listeners.add(listener);
    begin();
    return () => void listeners.delete(listener);
  }, []);
  return beat;
}
