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
            <dt>{label}</dt>
            <dd>{words}</dd>
            <dd class="why">{why}</dd>
          </div>
        ))}
      </dl>
      <p class="meta">
        {counter.resets_at !== null && <span>Begins anew {whenWords(counter.resets_at)}</span>}
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
    { label: 'Limit', words: words('limit'), why: 'with raises and approvals' },
    ...(has('raised') ? [{ label: 'Of it raised', words: words('raised'), why: 'by raises and approvals' }] : []),
    { label: 'Left', words: words('left'), why: 'limit − spent − reserved' },
    ...(has('overrun')
      ? [
          {
            label: 'Past the gate',
            words: words('overrun'),
            why: 'spent by calls that nobody admitted',
          },
        ]
      : []),
    ...(has('expired_unsettled')
      ? [
          {
            label: 'Given back',
            words: words('expired_unsettled'),
            why: 'reserved by calls whose end nobody told',
          },
        ]
      : []),
    ...(end === null
      ? []
      : [{ label: 'At the end', words: amountWords(unit, end), why: 'of the window, at this pace' }]),
  ];
}
