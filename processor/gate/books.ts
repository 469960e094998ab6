import { postingOfReservation } from '../../src/policy/postings.ts';
import type { CallFacts } from '../../src/policy/posting.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { type Actor, recordAction } from '../access/auditLog.ts';
import type { Alerts } from '../alerts/alerts.ts';
import { alertsOfChanges } from '../alerts/alertsOfChanges.ts';
import type { NewAlert } from '../alerts/newAlert.ts';
import type { Queries } from '../store/database.ts';
import { type Approval, insertApprovals, updateApprovals } from './approvals.ts';
import type { LockedCounters } from './counters.ts';
import { HeldRows } from './heldRows.ts';
import { insertReservations, type Reservation, updateReservations } from './reservations.ts';

/** The rows that a transaction has locked, before it knows which counters they concern. */
export class Held {
  readonly reservations: HeldRows<Reservation>;
  readonly approvals: HeldRows<Approval>;

  constructor(reservations: readonly Reservation[], approvals: readonly Approval[]) {
    this.reservations = new HeldRows(reservations, ({ facts, id, idempotencyKey }) => ({
      tenant: facts.tenant,
      id,
      key: idempotencyKey,
    }));
    this.approvals = new HeldRows(approvals, ({ tenant, id, state, request }) => ({
      tenant,
      id,
      key: state === 'waiting' ? request.idempotencyKey : null,
    }));
  }
}

/** An administrative action, for the audit. */
interface Action {
  readonly actor: Actor;
  readonly tenant: string;
  readonly name: string;
  readonly detail: object;
}

const MICROS_A_MS = 1000;

/** What a transaction has locked, as it will be written: whoever reads it sees what was applied before. */
export class Books {
  /** Of all decisions of the transaction: the database's clock, read once. */
  readonly nowMicros: number;
  readonly policy: Policy;
  readonly #held: Held;
  readonly #counters: LockedCounters;
  readonly #actions: Action[] = [];
  readonly #alerts: NewAlert[] = [];
  #isTorn = false;

  constructor(nowMicros: number, policy: Policy, held: Held, counters: LockedCounters) {
    this.nowMicros = nowMicros;
    this.policy = policy;
    this.#held = held;
    this.#counters = counters;
  }

  get reservations(): Pick<HeldRows<Reservation>, 'byId' | 'byKey'> {
    return this.#held.reservations;
  }

  get approvals(): Pick<HeldRows<Approval>, 'byId' | 'byKey'> {
    return this.#held.approvals;
  }

  /** A change failed half-way: nothing of the transaction may be committed. */
  get isTorn(): boolean {
    return this.#isTorn;
  }

  countersOf(facts: CallFacts): ReturnType<LockedCounters['statesOf']> {
    return this.#counters.statesOf(facts, this.nowMicros);
  }

  raise(facts: CallFacts, budgetId: number, amount: bigint): void {
    this.#whole(() => this.#counters.raise(facts, this.nowMicros, budgetId, amount));
  }

  reserve(reservation: Reservation): void {
    this.#whole(() => {
      this.#counters.apply({ sign: 1, posting: postingOfReservation(reservation) });
      this.#held.reservations.make(reservation);
    });
  }

  /** Books the difference between what the reservation posted and what it posts now. */
  change(before: Reservation, changes: Partial<Reservation>): Reservation {
    const after = { ...before, ...changes };
    this.#whole(() => {
      if (!postsAlike(before, after)) {
        this.#counters.apply({ sign: -1, posting: postingOfReservation(before) });
        this.#counters.apply({ sign: 1, posting: postingOfReservation(after) });
      }
      this.#held.reservations.change(before, after);
    });
    return after;
  }

  askApproval(approval: Approval): void {
    this.#whole(() => this.#held.approvals.make(approval));
  }

  decideApproval(before: Approval, changes: Partial<Approval>): void {
    this.#whole(() => this.#held.approvals.change(before, { ...before, ...changes }));
  }

  note(action: Action): void {
    this.#actions.push(action);
  }

  alert(alerts: readonly NewAlert[]): void {
    this.#alerts.push(...alerts);
  }

  /** Alerts last: whoever writes the same one waits for the other, and must not be waited for. */
  async write(client: Queries, alerts: Alerts): Promise<void> {
    const { reservations, approvals } = this.#held;
    // Keys that were given up are free before they are taken again.
    await updateReservations(client, reservations.changed());
    await updateApprovals(client, approvals.changed());
    await insertReservations(client, reservations.made());
    await insertApprovals(client, approvals.made());
    const at = new Date(this.nowMicros / MICROS_A_MS);
    for (const { actor, ...action } of this.#actions) await recordAction(client, actor, { ...action, at });
    await this.#counters.write(client);
    const changes = this.#counters.changes().map((change) => ({
      ...change,
      windowStartMicros: change.window.startMicros,
      windowEndMicros: change.window.endMicros,
    }));
    await alerts.record(client, [...alertsOfChanges(changes, this.nowMicros), ...this.#alerts]);
  }

  #whole(work: () => void): void {
    this.#isTorn = true;
    work();
    this.#isTorn = false;
  }
}

function postsAlike(one: Reservation, other: Reservation): boolean {
  return (
    one.phase === other.phase &&
    one.rank === other.rank &&
    one.settledFemtoUsd === other.settledFemtoUsd &&
    one.settledTokens === other.settledTokens
  );
}
