import { sumUsd } from '../format/money.ts';

export interface ChartSeries {
  readonly name: string;
  /** Decimal texts, one a start; null is unknown and drawn as nothing. */
  readonly points: readonly (string | null)[];
}

export interface Layer {
  readonly name: string;
  readonly y: number;
  readonly height: number;
}

/** Below this a layer cannot be seen, let alone told from the one below. */
const LAYER_HEIGHT_MIN = 0.3;
/** Between two layers, so that they can be told apart without their colour. */
const GAP = 1;

/** The layers of one bar from the base line up, in the order of the series. `y` runs down from `height`. */
export function layersOf(series: readonly ChartSeries[], at: number, max: number, height: number): Layer[] {
  let top = height;
  const layers: Layer[] = [];
  for (const { name, points } of series) {
    const size = (Math.max(0, Number(points[at] ?? 0)) / max) * height;
    if (size < LAYER_HEIGHT_MIN) {
      top -= size;
      continue;
    }
    layers.push({ name, y: top - size, height: Math.max(LAYER_HEIGHT_MIN, size - (size > 2 * GAP ? GAP : 0)) });
    top -= size;
  }
  return layers;
}

/** The exact sum of each bar; null where there are calls and none of them has a price. */
export function barSums(series: readonly ChartSeries[], bars: number): (string | null)[] {
  return Array.from({ length: bars }, (_, at) => sumOf(series.map(({ points }) => points[at] ?? null)));
}

export function seriesSum({ points }: ChartSeries): string | null {
  return sumOf(points);
}

/** Where there was no call the API says "0": next to what nobody knows that is no sum. */
function sumOf(figures: readonly (string | null)[]): string | null {
  const sum = sumUsd(figures);
  return sum === '0' && figures.includes(null) ? null : sum;
}
