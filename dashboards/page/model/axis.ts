const STEPS = [1, 2, 5];

/** Marks at round times from 0, at most `most` of them: 0, 500, 1,000 … ms. */
export function timeMarks(lengthMs: number, most: number): number[] {
  if (!(lengthMs > 0) || most < 2) return [0];
  const least = lengthMs / (most - 1);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * (STEPS.find((factor) => factor * power >= least) ?? 10);
  const marks: number[] = [];
  for (let at = 0; at * step <= lengthMs; at += 1) marks.push(at * step);
  return marks;
}
