import type { JSX } from 'preact';
import { MoneyCell } from '../parts/Money.tsx';
import { Table } from '../parts/Table.tsx';
import { barSums, type ChartSeries } from './stack.ts';
import { formatBar, formatFigure, type Interval, type Unit } from './units.ts';

interface Props {
  readonly series: readonly ChartSeries[];
  readonly starts: readonly string[];
  readonly interval: Interval;
  readonly title: string;
  readonly unit: Unit;
}

/** Every figure of the chart, the latest first. */
export function SeriesTable({ series, starts, interval, title, unit }: Props): JSX.Element {
  const sums = barSums(series, starts.length);
  const figure = (value: string | null): JSX.Element | string =>
    unit === 'usd' ? <MoneyCell usd={value} /> : formatFigure(value, unit);
  return (
    <Table
      caption={title}
      rows={starts.map((start, at) => ({ start, at })).toReversed()}
      rowKey={({ start }) => start}
      columns={[
        { id: 'start', head: interval, cell: ({ start }) => <span class="nw">{formatBar(start, interval)}</span> },
        ...series.map(({ name, points }, index) => ({
          id: `series-${index}`,
          head: name,
          align: 'end' as const,
          cell: ({ at }: { readonly at: number }) => figure(points[at] ?? null),
        })),
        { id: 'sum', head: 'Sum', align: 'end', cell: ({ at }) => figure(sums[at] ?? null) },
      ]}
    />
  );
}
