import './counter.css';
import type { ComponentChildren, JSX } from 'preact';
import { Gauge } from '../../chart/Gauge.tsx';
import { countedWords, type CounterState, counterWords, gaugeLengths } from '../../model/counterState.ts';
import type { Counter, Unit } from '../../policyAnswers.ts';

interface Consequence {
  readonly on_exceed: string;
  readonly mode: string;
}

const marks: Readonly<Record<CounterState, string>> = { ok: '●', warn: '▲', bad: '■' };

export function StateWords({ state, words }: { readonly state: CounterState; readonly words: string }): JSX.Element {
  return (
    <span class={`state-words ${state}`}>
      <span aria-hidden="true">{marks[state]}</span> {words}
    </span>
  );
}

interface Props {
  readonly counter: Counter;
  readonly unit: Unit;
  readonly consequence: Consequence;
  /** Of which counter, where a budget has several. */
  readonly label?: ComponentChildren;
  readonly name: string;
}

/** How much of a limit is gone, with an even pace as a mark, and how it ends in words. */
export function CounterGauge({ counter, unit, consequence, label, name }: Props): JSX.Element {
  const { state, words } = counterWords(counter, consequence);
  const { counted, limit } = countedWords(counter, unit);
  return (
    <div class="counter-gauge">
      <p class="counter-line">
        <span class="counter-label">{label}</span>
        <StateWords state={state} words={words} />
      </p>
      <Gauge {...gaugeLengths(counter, unit)} state={state} label={`${name}: ${counted} of ${limit}, ${words}`} />
      <p class="counter-line">
        <span>{counted}</span>
        <span class="mut">of {limit}</span>
      </p>
    </div>
  );
}
