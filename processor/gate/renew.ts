import { type Asker, isAbout } from './asker.ts';
import type { Operation } from './operation.ts';
import { isLiving } from './reservations.ts';

export interface Renewal {
  readonly renewed: readonly { readonly id: string; readonly expiresAtMicros: number }[];
  /** Settled, released, expired, or unknown to who asks: no longer reserved. */
  readonly ended: readonly string[];
}

const MICROS_A_MS = 1000;

/** Keeps reservations of living calls for their `ttlMs` from now on; one that has expired is not brought back. */
export function renewing(asker: Asker, ids: readonly string[]): Operation<Renewal> {
  const { tenant } = asker;
  return {
    turn: 'settle',
    names: () => ({ reservations: ids.map((id) => ({ tenant, id })), approvals: [], keys: [] }),
    places: () => [],
    apply(books) {
      const renewed: { readonly id: string; readonly expiresAtMicros: number }[] = [];
      const ended: string[] = [];
      for (const id of ids) {
        const reservation = books.reservations.byId(tenant, id);
        if (reservation === null || !isAbout(asker, reservation.facts.agent) || !isLiving(reservation)) {
          ended.push(id);
          continue;
        }
        const expiresMicros = Math.max(reservation.expiresMicros, books.nowMicros + reservation.ttlMs * MICROS_A_MS);
        const answer = { ...reservation.answer, expiresAtMicros: expiresMicros };
        books.change(reservation, { expiresMicros, answer });
        renewed.push({ id, expiresAtMicros: expiresMicros });
      }
      return { renewed, ended };
    },
  };
}
