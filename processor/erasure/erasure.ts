import type { Actor } from '../access/auditLog.ts';

/** What an erasure does, in this order. Each step may be done again: it looks for what is left to be done. */
export const steps = ['policy', 'days', 'reservations', 'recent', 'texts', 'closed', 'counters'] as const;
export type ErasureStep = (typeof steps)[number];

/** Rows changed, by table. */
export type ErasedCounts = Readonly<Record<string, number>>;

/** The erasure of one user's id, of one tenant. */
export interface Erasure {
  readonly tenant: string;
  /** The id that is erased. It is in no log. */
  readonly user: string;
  /** What stands in its place. */
  readonly erasedAs: string;
  readonly askedAt: Date;
  readonly actor: Actor;
  readonly step: ErasureStep;
  /** The day (UTC, `YYYY-MM-DD`) that the step is at; null: it begins. */
  readonly day: string | null;
  readonly counts: ErasedCounts;
}

export function addCounts(one: ErasedCounts, other: ErasedCounts): ErasedCounts {
  const sums: Record<string, number> = { ...one };
  for (const [table, rows] of Object.entries(other)) if (rows > 0) sums[table] = (sums[table] ?? 0) + rows;
  return sums;
}
