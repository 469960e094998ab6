import type { JSX } from 'preact';
import { amountWords, unitOf } from '../../model/budgetWords.ts';
import { countedCalls } from '../../model/budgetLinks.ts';
import { amountOf, isSome, whenWords } from '../../model/counterState.ts';
import type { Budget, Counter, Unit } from '../../policyAnswers.ts';
import { hrefOf, Link } from '../../router.ts';
import { CounterGauge } from './CounterGauge.tsx';

interface Props {
  readonly budget: Budget;
  readonly counter: Counter;
}

/** The one counter of a budget: the bar, and each amount by its name. */
export function OneCounter({ budget: { name, definition }, counter }: Props): JSX.Element {
  const unit = unitOf(definition.limit);
  const calls = countedCalls(definition, counter);
  return (
    <section class="one-counter" aria-label="How it stands">
      <CounterGauge counter={counter} unit={unit} consequence={definition} name={name} />
      <dl class="amounts">
        {amountsOf(counter, unit).map(({ label, words, why }) => (
          <div key={label}>
            <dt title={why}>{label}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <p class="meta">
        {counter.resets_at !== null && <span>Begins anew {whenWords(counter.resets_at, Date.now())}</span>}
        {calls !== null && <Link href={hrefOf('/calls', calls)}>The calls in this window</Link>}
        {calls !== null && <Link href={hrefOf('/explore', calls)}>Explore them</Link>}
      </p>
    </section>
  );
}

interface AmountLine {
  readonly label: string;
  readonly words: string;
  readonly why: string;
}

function amountsOf(counter: Counter, unit: Unit): readonly AmountLine[] {
  const words = (name: string): string => amountWords(unit, amountOf(counter, name, unit));
  const has = (name: string): boolean => isSome(amountOf(counter, name, unit));
  const end = counter.forecast === null ? null : amountOf(counter.forecast, 'at_window_end', unit);
  return [
    { label: 'Limit', words: words('limit'), why: 'With raises and what approvals added' },
    ...(has('raised') ? [{ label: 'of it raised', words: words('raised'), why: 'By raises and approvals' }] : []),
    { label: 'Left', words: words('left'), why: 'Limit − spent − reserved' },
    ...(has('overrun')
      ? [
          {
            label: 'Not asked for',
            words: words('overrun'),
            why: 'Spent by calls that were never admitted at the gate',
          },
        ]
      : []),
    ...(has('expired_unsettled')
      ? [
          {
            label: 'Given back',
            words: words('expired_unsettled'),
            why: 'Reserved for calls that nobody reported the end of',
          },
        ]
      : []),
    ...(end === null
      ? []
      : [{ label: 'At the end, at this pace', words: amountWords(unit, end), why: 'Spent so far, going on' }]),
  ];
}
