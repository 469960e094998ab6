import './chart.css';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Bars } from './Bars.tsx';
import { coloursOf } from './colours.ts';
import { Legend } from './Legend.tsx';
import { SeriesTable } from './SeriesTable.tsx';
import { highest, type StackedBarsProps } from './barsProps.ts';
import { barSums } from './stack.ts';
import { formatBar, formatFigure } from './units.ts';

export type { StackedBarsProps } from './barsProps.ts';

/** Bars for sums over time, with a legend that has the totals, a cursor for pointer and arrow keys, and all of it as a table. */
export function StackedBars(props: StackedBarsProps): JSX.Element {
  const { series, starts, interval, title, unit = 'usd', asTable = false } = props;
  const [pointed, setCursor] = useState<number | null>(null);
  // Another period may have fewer bars than the one that was pointed at.
  const cursor = pointed === null || pointed >= starts.length ? null : pointed;
  const [alone, setAlone] = useState<string | null>(null);
  const colours = coloursOf(series.map(({ name }) => name));
  const sums = barSums(series, starts.length);
  if (asTable) return <SeriesTable series={series} starts={starts} interval={interval} title={title} unit={unit} />;
  return (
    <div class="chart-split">
      <div>
        <Bars {...props} unit={unit} sums={sums} colours={colours} cursor={cursor} onCursor={setCursor} alone={alone} />
        <p class="chart-reading">
          {cursor === null ? (
            <span class="mut">{highest(sums, props)}</span>
          ) : (
            <Reading {...props} unit={unit} sum={sums[cursor] ?? null} at={cursor} />
          )}
        </p>
      </div>
      <Legend {...props} unit={unit} colours={colours} onAlone={setAlone} />
    </div>
  );
}

const NAMED_MAX = 4;

function Reading({
  series,
  starts,
  interval,
  unit = 'usd',
  before,
  sum,
  at,
}: StackedBarsProps & { readonly sum: string | null; readonly at: number }): JSX.Element {
  const parts = series
    .map(({ name, points }) => ({ name, figure: points[at] ?? null }))
    .filter(({ figure }) => figure !== null && Number(figure) > 0)
    .toSorted((a, b) => Number(b.figure) - Number(a.figure))
    .slice(0, NAMED_MAX);
  const was = before?.[at];
  return (
    <>
      <strong>
        {formatBar(starts[at] ?? '', interval)}: {formatFigure(sum, unit)}
      </strong>
      {was !== undefined && was !== null && <span class="mut"> (before: {formatFigure(was, unit)})</span>}
      {parts.map(({ name, figure }) => (
        <span key={name}>
          {' · '}
          <bdi>{name}</bdi> {formatFigure(figure, unit)}
        </span>
      ))}
    </>
  );
}
