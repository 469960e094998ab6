import type { CallFacts } from '../../src/policy/posting.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { Books, Held } from './books.ts';
import type { DecisionName, KeyName } from './reservations.ts';

/** Rows that an operation reads or changes, there or not. */
export interface Names {
  readonly reservations: readonly DecisionName[];
  readonly approvals: readonly DecisionName[];
  /** Idempotency keys, of both. */
  readonly keys: readonly KeyName[];
}

export const noNames: Names = { reservations: [], approvals: [], keys: [] };

/** Counters: of all budgets that match the facts, in the window of the instant. */
export interface Place {
  readonly facts: CallFacts;
  readonly atMicros: number;
}

/** One request of a batch. May be applied several times, each time on new books. */
export interface Operation<Answer> {
  /** Lower ones are applied first: what gives money back before what asks for it. */
  readonly turn: 'settle' | 'approve' | 'reserve';
  /** `isRepeated`: the batch was run before, and may even be committed. */
  names(isRepeated: boolean): Names;
  places(held: Held, policy: Policy, nowMicros: number): readonly Place[];
  /** A fault that it throws is its own, and is thrown before it changed the books. */
  apply(books: Books): Answer;
}

export const turns: readonly Operation<unknown>['turn'][] = ['settle', 'approve', 'reserve'];
