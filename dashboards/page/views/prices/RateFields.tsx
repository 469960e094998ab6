import type { JSX } from 'preact';
import type { FieldFaults } from '../../model/fieldFaults.ts';
import type { LongLine, PriceDraft } from '../../model/priceDraft.ts';
import { mainRates, otherRates, type RateName, rateUnit, rateWords } from '../../model/rates.ts';
import { Button } from '../../parts/Button.tsx';
import { TextField } from '../../parts/TextField.tsx';

interface Props {
  readonly draft: PriceDraft;
  readonly faults: FieldFaults;
  readonly change: (changed: Partial<PriceDraft>) => void;
}

/** Texts, to the last digit: nothing is rounded on the way. */
export function RateFields({ draft, faults, change }: Props): JSX.Element {
  const hasOthers = otherRates.some((name) => draft.rates[name] !== undefined);
  const isWrong = faults.of(...otherRates) !== null;
  const field = (name: RateName): JSX.Element => (
    <TextField
      key={name}
      label={rateWords[name]}
      value={draft.rates[name] ?? ''}
      onInput={(rate) => change({ rates: { ...draft.rates, [name]: rate } })}
      inputMode="decimal"
      fault={faults.of(name)}
      {...(rateUnit(name) === 'a thousand' ? { hint: 'for a thousand' } : {})}
    />
  );
  return (
    <fieldset>
      <legend>US dollars for a million tokens</legend>
      <div class="rate-fields">{mainRates.map(field)}</div>
      <p class="field-hint">What is left empty costs as what it is part of: a cache read as input. 0 is free.</p>
      <details class="more" open={isWrong || hasOthers}>
        <summary>Reasoning, audio, images, searches, fees</summary>
        <div class="rate-fields more-fields">{otherRates.map(field)}</div>
      </details>
    </fieldset>
  );
}

/** Rates of requests whose whole input is above a number of tokens. */
export function LongContextFields({ draft, faults, change }: Props): JSX.Element {
  const setLine = (at: number, line: LongLine): void =>
    change({ long: draft.long.map((before, index) => (index === at ? line : before)) });
  const listFault = draft.long.length === 0 ? faults.of('long_context') : null;
  return (
    <>
      {draft.long.map((line, at) => {
        const field = `long_context.${at}`;
        const fault = faults.of(field);
        return (
          <fieldset key={at}>
            <legend>Long requests</legend>
            <div class="rate-fields">
              <TextField
                label="Above input tokens"
                value={line.above}
                onInput={(above) => setLine(at, { ...line, above })}
                inputMode="numeric"
                placeholder="200000"
              />
              {mainRates.map((name) => (
                <TextField
                  key={name}
                  label={rateWords[name]}
                  value={line.rates[name] ?? ''}
                  onInput={(rate) => setLine(at, { ...line, rates: { ...line.rates, [name]: rate } })}
                  inputMode="decimal"
                />
              ))}
            </div>
            {fault !== null && <p class="field-fault">▲ {fault}</p>}
            <Button kind="quiet" onClick={() => change({ long: draft.long.filter((_, index) => index !== at) })}>
              Remove these
            </Button>
          </fieldset>
        );
      })}
      {listFault !== null && <p class="field-fault">▲ {listFault}</p>}
      <Button kind="quiet" onClick={() => change({ long: [...draft.long, { above: '', rates: {} }] })}>
        Other rates for long requests
      </Button>
    </>
  );
}
