const STEPS = [1, 2, 2.5, 5, 10];

/** Round values from 0 to at least `max`, some `count` of them and `stepMin` apart at least; without anything to show, 0 and 1. */
export function valueTicks(max: number, count: number, stepMin: number): number[] {
  if (!(max > 0) || !Number.isFinite(max)) return [0, 1];
  const least = Math.max(max / count, stepMin);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = (STEPS.find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power;
  const steps = Math.ceil(max / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_, index) => index * step);
}

/** As a decimal text without exponent, as money and counts are read. */
export function tickText(value: number): string {
  return value.toFixed(15).replace(/\.?0+$/, '');
}

/** Which of so many bars have a label, so that two are at least `least` pixels apart: the first, then in even steps. */
export function labelledBars(bars: number, width: number, least: number): number[] {
  if (bars === 0) return [];
  const step = Math.max(1, Math.ceil((least * bars) / Math.max(width, 1)));
  return Array.from({ length: Math.ceil(bars / step) }, (_, index) => index * step);
}
