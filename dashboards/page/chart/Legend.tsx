import type { JSX } from 'preact';
import { sumUsd, toGeometry } from '../format/money.ts';
import { formatShare } from '../format/numbers.ts';
import { MoneyCell, restDigits } from '../parts/Money.tsx';
import { Name } from '../parts/Name.tsx';
import { Link } from '../router.ts';
import type { StackedBarsProps } from './barsProps.ts';
import { type ChartSeries, seriesSum } from './stack.ts';
import { formatFigure, type Unit } from './units.ts';

interface Props extends StackedBarsProps {
  readonly unit: Unit;
  readonly colours: ReadonlyMap<string, string>;
  readonly onAlone: (name: string | null) => void;
}

/** The series with their sums, the dearest first: what is on top in the bars stands last. Pointing at one leaves it alone in colour. */
export function Legend(props: Props): JSX.Element {
  const { series, unit, title, beforeSum = null, sumOf } = props;
  const sums = series.map((one) => {
    const said = sumOf?.(one.name);
    // Null is an answer too: a group without any price.
    return said === undefined ? seriesSum(one) : said;
  });
  const whole = toGeometry(sumUsd(sums));
  const digits = unit === 'usd' ? restDigits([...sums, beforeSum]) : 0;
  return (
    <table class="legend">
      <caption class="vh">{title}: totals</caption>
      <thead class="vh">
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Sum</th>
          <th scope="col">Share</th>
        </tr>
      </thead>
      <tbody>
        {series.map((one, index) => (
          <Entry key={one.name} {...props} one={one} sum={sums[index] ?? null} whole={whole} digits={digits} />
        ))}
      </tbody>
      {beforeSum !== null && (
        <tfoot>
          <tr>
            <th scope="row">
              <span class="before-mark" aria-hidden="true" /> the period before
            </th>
            <td class="num">
              {unit === 'usd' ? <MoneyCell usd={beforeSum} digits={digits} /> : formatFigure(beforeSum, unit)}
            </td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}

interface EntryProps extends Props {
  readonly one: ChartSeries;
  readonly sum: string | null;
  readonly whole: number;
  readonly digits: number;
}

function Entry({ one: { name }, sum, whole, digits, unit, colours, onAlone, linkOf }: EntryProps): JSX.Element {
  const href = linkOf?.(name) ?? null;
  return (
    <tr onPointerEnter={() => onAlone(name)} onPointerLeave={() => onAlone(null)}>
      <th scope="row">
        <span class="legend-name">
          <span class={`swatch ${colours.get(name) ?? 'c-other'}`} aria-hidden="true" />
          {href === null ? (
            <Name text={name} />
          ) : (
            <Link href={href} onFocus={() => onAlone(name)} onBlur={() => onAlone(null)}>
              <Name text={name} />
            </Link>
          )}
        </span>
      </th>
      <td class="num">
        {unit === 'usd' ? <MoneyCell usd={sum} digits={digits} /> : unit === 'count' ? formatFigure(sum, unit) : ''}
      </td>
      <td class="num mut">{whole > 0 && sum !== null ? formatShare(toGeometry(sum) / whole) : ''}</td>
    </tr>
  );
}
