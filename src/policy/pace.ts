/** Spending goes on as it went: what a counter comes to, and when its limit is reached. Exact, without floats for money. */
export interface Pace {
  /** Where the window begins; of a rolling one, where the oldest spending in it does. */
  readonly sinceMicros: number;
  readonly nowMicros: number;
  /** Where the window ends; a rolling one begins to give back then. */
  readonly untilMicros: number;
  /** From `sinceMicros` until now. */
  readonly spent: bigint;
}

/** spent × window ÷ elapsed, rounded down. Null where nothing of the window has passed. */
export function amountAtEnd({ sinceMicros, nowMicros, untilMicros, spent }: Pace): bigint | null {
  const elapsed = BigInt(nowMicros - sinceMicros);
  return elapsed <= 0n ? null : (spent * BigInt(untilMicros - sinceMicros)) / elapsed;
}

/**
 * When spent reaches the limit, since + limit × elapsed ÷ spent, rounded up to a microsecond: now where spent and reserved have used it up
 * already, null where the window ends before.
 */
export function exhaustedAt(pace: Pace, limit: bigint, reserved: bigint): number | null {
  const { sinceMicros, nowMicros, untilMicros, spent } = pace;
  if (spent + reserved >= limit) return nowMicros;
  const elapsed = BigInt(nowMicros - sinceMicros);
  if (spent <= 0n || elapsed <= 0n) return null;
  const reached = BigInt(sinceMicros) + (limit * elapsed + spent - 1n) / spent;
  return reached < BigInt(untilMicros) ? Number(reached) : null;
}
