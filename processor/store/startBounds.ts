const MICROS_A_MILLI = 1000;

/**
 * The least and greatest of some starts as timestamptz texts, to the millisecond outwards. A statement on a partitioned table
 * compares `started_at` with them as parameters of its own, which leaves out all other days before it is planned: with 400
 * days, planning an update without them takes 300 ms.
 */
export function startBounds(startsMicros: Iterable<number>): readonly [string, string] {
  let least = Infinity;
  let greatest = -Infinity;
  for (const micros of startsMicros) {
    if (micros < least) least = micros;
    if (micros > greatest) greatest = micros;
  }
  if (least > greatest) throw new Error('expected at least one start, found none');
  const from = new Date(Math.floor(least / MICROS_A_MILLI)).toISOString();
  return [from, new Date(Math.ceil(greatest / MICROS_A_MILLI)).toISOString()];
}

/** The condition for parameters `first` and the next, as `startBounds` gives them. */
export function isWithinBounds(table: string, first: number): string {
  return `${table}.started_at >= $${first}::timestamptz and ${table}.started_at <= $${first + 1}::timestamptz`;
}
