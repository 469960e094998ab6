import type { JSX } from 'preact';
import type { Changes, Measures } from '../../answers.ts';
import { formatDelta, formatUsd } from '../../format/money.ts';
import { type Cause, causes, comparison, mainCause } from '../../model/overview.ts';
import { beforeWords } from '../../model/periodChoice.ts';
import { HugeMoney } from '../../parts/Money.tsx';
import type { PeriodChoice } from '../../period.ts';
import { hrefOf, Link } from '../../router.ts';

interface Props {
  readonly period: PeriodChoice;
  readonly totals: Measures;
  readonly changes: Changes | null;
}

/** The sum, against the period before, and why: a sentence that can be read aloud. */
export function Hero({ period, totals, changes }: Props): JSX.Element {
  return (
    <div>
      <h1 tabIndex={-1} class="hero-words">
        Spent in {period.words}
      </h1>
      <p class="huge">
        <Link href="/explore" class="figure">
          <HugeMoney usd={totals.cost_usd} />
        </Link>
      </p>
      {changes === null ? <p class="compared mut">…</p> : <Compared changes={changes} period={period} />}
      {changes !== null && <Why changes={changes} />}
    </div>
  );
}

function Compared({ changes, period }: { readonly changes: Changes; readonly period: PeriodChoice }): JSX.Element {
  const compared = comparison(changes);
  const words = beforeWords(period);
  if (compared === null) return <p class="compared mut">{incomparable(changes, words)}</p>;
  const cause = mainCause(changes);
  return (
    <p class="compared">
      <b class={compared.direction === 'same' ? '' : compared.direction}>{compared.amount}</b> {compared.than} {words} (
      {formatUsd(changes.before_usd)}){cause === null ? '' : `, mostly ${cause}`}
    </p>
  );
}

function incomparable({ before_usd: before, now_usd: now }: Changes, words: string): string {
  if (before === null) return `No call in ${words} has a price: there is nothing to compare with.`;
  if (now === null) return `No call has a price: ${formatUsd(before)} in ${words} cannot be compared with.`;
  return `Nothing was spent in ${words}: there is nothing to compare with.`;
}

const WIDTH = 120;

/** Where each part is looked into: how many calls there were, what they were split over, what one cost. */
const hrefs: Readonly<Record<Cause['id'], string>> = {
  volume: hrefOf('/explore', { by: 'agent', measure: 'calls' }),
  mix: hrefOf('/explore', { by: 'model', measure: 'share' }),
  price: hrefOf('/explore', { by: 'agent,model' }),
};

function Why({ changes }: { readonly changes: Changes }): JSX.Element {
  return (
    <table class="why">
      <caption class="vh">What the difference is made of</caption>
      <tbody>
        {causes(changes).map(({ id, label, usd, share }) => (
          <tr key={id}>
            <th scope="row">
              <Link href={hrefs[id]}>{label}</Link>
            </th>
            <td class="num" title={usd}>
              <span class="why-amount">
                <svg viewBox={`0 0 ${WIDTH} 8`} preserveAspectRatio="none" aria-hidden="true">
                  <rect
                    class={share < 0 ? 'down' : 'up'}
                    width={Math.max(share === 0 ? 0 : 1, Math.abs(share) * WIDTH)}
                    height="8"
                  />
                </svg>
                {formatDelta(usd)}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
