const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Round times above a second; below, and above a day, what is round in tens. */
const roundMs = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
];
const TENS = [1, 2, 5, 10];

/** Marks at round times from 0, at most `most` of them: 0, 500, 1,000 … ms. */
export function timeMarks(lengthMs: number, most: number): number[] {
  if (!(lengthMs > 0) || most < 2) return [0];
  const step = roundStep(lengthMs / (most - 1));
  const marks: number[] = [];
  for (let at = 0; at * step <= lengthMs; at += 1) marks.push(at * step);
  return marks;
}

/** The least round time that is not below `leastMs`. */
function roundStep(leastMs: number): number {
  if (leastMs > SECOND_MS / 2) {
    const round = roundMs.find((step) => step >= leastMs);
    if (round !== undefined) return round;
  }
  const unit = leastMs > SECOND_MS ? DAY_MS : 1;
  const power = 10 ** Math.floor(Math.log10(leastMs / unit));
  return (TENS.find((factor) => factor * power * unit >= leastMs) ?? 10) * power * unit;
}
