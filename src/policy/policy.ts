import type { Budget } from './budget.ts';
import { compileMatch, modelsOf, NONE, valueOf } from './dimensions.ts';
import type { CallFacts } from './posting.ts';

/** More limit for a time, for the counters whose key has these values. */
export interface Raise {
  /** Null: every counter of the budget. */
  readonly key: Readonly<Record<string, string>> | null;
  readonly amount: bigint;
  /** Inclusive. */
  readonly startsMicros: number;
  /** Exclusive. */
  readonly endsMicros: number;
}

/** A budget as it stands in the store. */
export interface BudgetInForce {
  /** Counters belong to it. */
  readonly id: number;
  /** Null: every tenant's, each with counters of its own. */
  readonly tenant: string | null;
  readonly budget: Budget;
  readonly countsFromMicros: number;
  /** A run's or session's counter that is made anew counts from here. */
  readonly idleFromMicros: number;
  readonly raises: readonly Raise[];
}

/** The budgets in force at one epoch, ready to be asked which of them a call concerns. */
export class Policy {
  readonly epoch: number;
  readonly budgets: readonly BudgetInForce[];
  readonly #byTenant = new Map<string | null, TenantIndex>();

  constructor(epoch: number, budgets: readonly BudgetInForce[]) {
    this.epoch = epoch;
    this.budgets = budgets;
    for (const [place, inForce] of budgets.entries()) {
      let index = this.#byTenant.get(inForce.tenant);
      if (index === undefined) {
        index = new TenantIndex();
        this.#byTenant.set(inForce.tenant, index);
      }
      index.add(place, inForce);
    }
  }

  /** In the order in which the budgets were given: it decides whose downgrade is taken. */
  matching(facts: CallFacts): readonly BudgetInForce[] {
    const found: PlacedBudget[] = [];
    this.#byTenant.get(null)?.collect(facts, found);
    this.#byTenant.get(facts.tenant)?.collect(facts, found);
    if (found.length > 1) found.sort((a, b) => a.place - b.place);
    return found.map(({ inForce }) => inForce);
  }
}

/** A limit with the raises that hold at an instant. */
export function limitAt(inForce: BudgetInForce, key: Readonly<Record<string, string>>, atMicros: number): bigint {
  let limit = inForce.budget.limit.amount;
  for (const raise of inForce.raises) {
    if (raise.startsMicros <= atMicros && atMicros < raise.endsMicros && isRaised(raise, key)) limit += raise.amount;
  }
  return limit;
}

function isRaised({ key: raised }: Raise, key: Readonly<Record<string, string>>): boolean {
  return raised === null || Object.entries(raised).every(([dimension, value]) => key[dimension] === value);
}

interface PlacedBudget {
  readonly place: number;
  readonly inForce: BudgetInForce;
  readonly matches: (facts: CallFacts) => boolean;
}

/** Those that tell most calls apart first: of a budget's literal keys the first of these leads to it. */
const byRarity = ['session', 'run', 'user', 'agent', 'service', 'model', 'environment', 'provider'];

/**
 * Budgets by one literal value of their match, so that a call is compared only with those that share a value with it:
 * a thousand budgets of a thousand agents cost one look-up. Those without a literal value are all compared.
 */
class TenantIndex {
  readonly #byValue = new Map<string, Map<string, PlacedBudget[]>>();
  readonly #others: PlacedBudget[] = [];

  add(place: number, inForce: BudgetInForce): void {
    const placed: PlacedBudget = { place, inForce, matches: compileBudget(inForce.budget) };
    const literal = literalOf(inForce.budget.match);
    if (literal === null) {
      this.#others.push(placed);
      return;
    }
    const [dimension, value] = literal;
    let values = this.#byValue.get(dimension);
    if (values === undefined) {
      values = new Map();
      this.#byValue.set(dimension, values);
    }
    const those = values.get(value);
    if (those === undefined) values.set(value, [placed]);
    else those.push(placed);
  }

  collect(facts: CallFacts, found: PlacedBudget[]): void {
    keepMatching(this.#others, facts, found);
    for (const [dimension, values] of this.#byValue) {
      const asked = dimension === 'model' ? modelsOf(facts) : [valueOf(facts, dimension)];
      for (const value of asked) keepMatching(values.get(value) ?? [], facts, found);
    }
  }
}

function keepMatching(those: readonly PlacedBudget[], facts: CallFacts, found: PlacedBudget[]): void {
  for (const placed of those) if (placed.matches(facts)) found.push(placed);
}

function literalOf(match: Readonly<Record<string, string>>): readonly [dimension: string, value: string] | null {
  const literals = Object.entries(match).filter(([, pattern]) => !pattern.includes('*'));
  const rarest = byRarity.find((dimension) => literals.some(([name]) => name === dimension));
  return literals.find(([name]) => name === rarest) ?? literals[0] ?? null;
}

/** A window that is a run or a session needs one: calls without it would share a counter for ever. */
function compileBudget({ match, window }: Budget): (facts: CallFacts) => boolean {
  const matches = compileMatch(match);
  if (window.kind !== 'run' && window.kind !== 'session') return matches;
  const { kind } = window;
  return (facts) => valueOf(facts, kind) !== NONE && matches(facts);
}
