import type { DecisionName } from './reservations.ts';

/** Another replica may be the one that decides: this often it is looked for, once for all who wait. */
const POLL_MS = 500;

export interface Waiters {
  /** Resolves when the decision was made, after `waitMs`, or at the end of the process; never rejects. */
  until(name: DecisionName, waitMs: number): Promise<void>;
  /** Wakes those who wait for it. */
  wake(name: DecisionName): void;
  close(): void;
}

/** Those who wait for a person's word. `selectDecided` says which of the decisions wait no more. */
export function createWaiters(
  selectDecided: (names: readonly DecisionName[]) => Promise<readonly DecisionName[]>,
): Waiters {
  const waiting = new Map<string, { readonly name: DecisionName; readonly wakes: Set<() => void> }>();
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  function wake(name: DecisionName): void {
    for (const each of waiting.get(keyOf(name))?.wakes ?? []) each();
  }

  async function poll(): Promise<void> {
    const names = [...waiting.values()].map(({ name }) => name);
    // A store that cannot be reached is asked again: whoever waits is told at the end of his time.
    for (const name of await selectDecided(names).catch(() => [])) wake(name);
    timer = null;
    schedule();
  }

  function schedule(): void {
    if (timer === null && waiting.size > 0) timer = setTimeout(() => void poll(), POLL_MS);
  }

  return {
    wake,
    until(name, waitMs) {
      if (isClosed) return Promise.resolve();
      return new Promise((resolve) => {
        const key = keyOf(name);
        const those = waiting.get(key) ?? { name, wakes: new Set() };
        const wakeUp = (): void => {
          clearTimeout(deadline);
          those.wakes.delete(wakeUp);
          if (those.wakes.size === 0 && waiting.get(key) === those) waiting.delete(key);
          resolve();
        };
        const deadline = setTimeout(wakeUp, waitMs);
        those.wakes.add(wakeUp);
        waiting.set(key, those);
        schedule();
      });
    },
    close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      for (const { wakes } of waiting.values()) for (const each of wakes) each();
    },
  };
}

function keyOf({ tenant, id }: DecisionName): string {
  return `${tenant}\0${id}`;
}
