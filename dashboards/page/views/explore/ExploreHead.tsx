import type { JSX } from 'preact';
import type { Measures } from '../../answers.ts';
import type { Exploration } from '../../model/exploration.ts';
import { filterParams } from '../../model/filters.ts';
import { Money } from '../../parts/Money.tsx';
import { hrefOf, Link } from '../../router.ts';

interface Props {
  readonly totals: Measures | null;
  readonly exploration: Exploration;
  readonly words: string;
}

/** The sum in words, and how many calls it does not know the cost of. */
export function ExploreHead({ totals, exploration, words }: Props): JSX.Element {
  const unpriced = totals?.unpriced_calls ?? 0;
  const calls = hrefOf('/calls', { ...filterParams(exploration.filters), cost_status: 'unpriced' });
  return (
    <div class="sheet-head">
      <h1 tabIndex={-1}>Explore</h1>
      {totals === null ? (
        // Its line is kept free: what is below must not move when it comes.
        <p class="lead">&nbsp;</p>
      ) : (
        <p class="lead">
          <Money usd={totals.cost_usd} /> for {totals.calls.toLocaleString('en-US')}{' '}
          {totals.calls === 1 ? 'call' : 'calls'} in {words}.
        </p>
      )}
      {unpriced > 0 && (
        <p class="warn-text">
          <Link href={calls}>
            {unpriced.toLocaleString('en-US')} {unpriced === 1 ? 'call' : 'calls'} without a price
          </Link>{' '}
          {unpriced === 1 ? 'is' : 'are'} in no sum.
        </p>
      )}
    </div>
  );
}
