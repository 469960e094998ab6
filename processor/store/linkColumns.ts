import { type Column, timestamptz, uuid } from './columns.ts';

/** What a call claims, and when it counts. */
export interface CallLink {
  /** Null where the span names no reservation, or one that is not its own. */
  readonly ownReservationId: string | null;
  /** The same, and of a charged copy that names none what its duplicates name. */
  readonly reservationId: string | null;
  /** Null: at its start. */
  readonly countedMicros: number | null;
}

export function linkColumns<Row>(of: (row: Row) => CallLink): readonly Column<Row>[] {
  return [
    uuid('own_reservation_id', (row) => of(row).ownReservationId),
    uuid('reservation_id', (row) => of(row).reservationId),
    timestamptz('counted_at', (row) => of(row).countedMicros),
  ];
}

/** Of the table `kept`. */
export const linkNames = `kept.own_reservation_id, kept.reservation_id, (extract(epoch from kept.counted_at) * 1000000)::bigint as counted_micros`;

export interface LinkRow {
  readonly own_reservation_id: string | null;
  readonly reservation_id: string | null;
  readonly counted_micros: string | null;
}

export function linkOfRow(row: LinkRow): CallLink {
  return {
    ownReservationId: row.own_reservation_id,
    reservationId: row.reservation_id,
    countedMicros: row.counted_micros === null ? null : Number(row.counted_micros),
  };
}
