import { counterKeyOf, type CounterKey } from '../../src/policy/counterKey.ts';
import { type BudgetInForce, limitAt, type Policy } from '../../src/policy/policy.ts';
import type { CallFacts } from '../../src/policy/posting.ts';
import { rolledTo } from '../../src/policy/rolling.ts';
import type { Window } from './selectWindows.ts';
import type { AskedWindow, KnownWindows } from './windows.ts';

/** What a counter is of. */
export interface CounterPlace {
  /** The same for equal places of one policy. */
  readonly name: string;
  readonly tenant: string;
  readonly inForce: BudgetInForce;
  readonly key: CounterKey;
  readonly window: Window;
}

export interface AskedCounters {
  readonly facts: CallFacts;
  readonly atMicros: number;
}

interface Match {
  readonly inForce: BudgetInForce;
  readonly key: CounterKey;
}

/** Where calls count. One for each transaction: what it was asked about a call before it need not work out again. */
export class CounterPlaces {
  readonly #policy: Policy;
  readonly #nowMicros: number;
  readonly #matches = new Map<CallFacts, readonly Match[]>();

  constructor(policy: Policy, nowMicros: number) {
    this.#policy = policy;
    this.#nowMicros = nowMicros;
  }

  *windowsOf(asked: readonly AskedCounters[]): Generator<AskedWindow> {
    for (const { facts, atMicros } of asked) {
      for (const { inForce } of this.#matching(facts)) {
        const { window, timezone } = inForce.budget;
        if (this.#isCounted(inForce, atMicros)) yield { window, timezone, atMicros };
      }
    }
  }

  /** In the order of the policy. None for a budget that does not count so far back. */
  of(known: KnownWindows, facts: CallFacts, atMicros: number): readonly CounterPlace[] {
    const places: CounterPlace[] = [];
    for (const { inForce, key } of this.#matching(facts)) {
      if (!this.#isCounted(inForce, atMicros)) continue;
      const window = known.of(inForce.budget.window, inForce.budget.timezone, atMicros);
      // JSON has no NUL, and it comes last: no two places share a name.
      const name = `${inForce.id} ${window.startMicros} ${facts.tenant}\0${key.text}`;
      places.push({ name, tenant: facts.tenant, inForce, key, window });
    }
    return places;
  }

  #matching(facts: CallFacts): readonly Match[] {
    const known = this.#matches.get(facts);
    if (known !== undefined) return known;
    const matches = this.#policy
      .matching(facts)
      .map((inForce) => ({ inForce, key: counterKeyOf(inForce.budget, facts) }));
    this.#matches.set(facts, matches);
    return matches;
  }

  #isCounted({ countsFromMicros, budget: { window } }: BudgetInForce, atMicros: number): boolean {
    if (atMicros < countsFromMicros) return false;
    return window.kind !== 'rolling' || atMicros >= rolledTo(window.ms, this.#nowMicros);
  }
}

/** From when on a counter counts that is made now. */
export function newCountsFrom({ budget: { window }, countsFromMicros, idleFromMicros }: BudgetInForce): number {
  const canIdle = window.kind === 'run' || window.kind === 'session';
  return canIdle ? Math.max(countsFromMicros, idleFromMicros) : countsFromMicros;
}

/** A budget's limit with the raises that hold for a counter of it, without what approvals added. */
export function limitOf(
  inForce: BudgetInForce,
  tenant: string,
  values: Readonly<Record<string, string>>,
  atMicros: number,
): bigint {
  if (inForce.raises.length === 0) return inForce.budget.limit.amount;
  return limitAt(inForce, raiseKey(tenant, values), atMicros);
}

/** A tenant raises a budget of the file for itself alone: no dimension is called tenant. */
export function raiseKey(tenant: string, values: Readonly<Record<string, string>> | null): Record<string, string> {
  return { ...values, tenant };
}
