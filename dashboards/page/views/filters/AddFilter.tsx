import type { JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Costs, Page, Call } from '../../answers.ts';
import {
  dimensions,
  dimensionWord,
  escapeValue,
  type Filter,
  filterParams,
  isDimension,
  NONE,
} from '../../model/filters.ts';
import { Button } from '../../parts/Button.tsx';
import { usePeriod } from '../../period.ts';
import { useAnswer } from '../../useAnswer.ts';
import { useEscape } from './useEscape.ts';

const TAG = 'tag';
const SUGGESTED_VALUES = 100;
/** Tag names have no list of their own: those of the latest calls are offered. */
const CALLS_LOOKED_AT = 100;

interface Props {
  readonly filters: readonly Filter[];
  readonly except: readonly string[];
  readonly onAdd: (filter: Filter) => void;
  readonly onCancel: () => void;
}

/** A dimension, then one of its values: the dearest of the period are offered, any other may be written. */
export function AddFilter({ filters, except, onAdd, onCancel }: Props): JSX.Element {
  const choices = dimensions.filter((dimension) => !except.includes(dimension));
  const [choice, setChoice] = useState<string>(choices[0] ?? TAG);
  const [tag, setTag] = useState('');
  const [value, setValue] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const dimension = choice === TAG ? `tag.${tag.trim()}` : choice;
  // Not at every letter of a tag's name: its values are asked for when the field for them is entered.
  const [settled, setSettled] = useState(dimension);
  const values = useValues(choice === TAG ? settled : dimension, filters);
  const tags = useTagNames(choice === TAG);
  const id = useId();
  useEscape(form, onCancel);
  useEffect(() => form.current?.querySelector('select')?.focus(), []);
  return (
    <form
      ref={form}
      class="add-filter"
      onSubmit={(event) => {
        event.preventDefault();
        if (value !== '' && isDimension(dimension)) onAdd({ dimension, value });
      }}
    >
      <label class="field-inline">
        <span class="vh">Dimension</span>
        <select value={choice} onChange={(event) => setChoice(event.currentTarget.value)}>
          {choices.map((name) => (
            <option key={name} value={name}>
              {dimensionWord(name)}
            </option>
          ))}
          <option value={TAG}>Tag</option>
        </select>
      </label>
      {choice === TAG && (
        <Suggested id={`${id}-tag`} label="Name of the tag" value={tag} onInput={setTag} values={tags} />
      )}
      <span aria-hidden="true">is</span>
      <Suggested
        id={`${id}-value`}
        label="Value"
        value={value}
        onInput={setValue}
        values={values}
        onFocus={() => setSettled(dimension)}
      />
      <Button kind="primary" type="submit" disabled={value === '' || !isDimension(dimension)}>
        Add
      </Button>
      <Button kind="quiet" onClick={onCancel}>
        Cancel
      </Button>
    </form>
  );
}

interface SuggestedProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly values: readonly string[];
  readonly onFocus?: () => void;
}

function Suggested({ id, label, value, onInput, values, onFocus }: SuggestedProps): JSX.Element {
  return (
    <label class="field-inline">
      <span class="vh">{label}</span>
      <input
        type="text"
        value={value}
        placeholder={label}
        list={id}
        autocomplete="off"
        dir="auto"
        onFocus={onFocus}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <datalist id={id}>
        {values.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </datalist>
    </label>
  );
}

function useValues(dimension: string, filters: readonly Filter[]): readonly string[] {
  const period = usePeriod();
  const others = filters.filter((filter) => filter.dimension !== dimension);
  const { data } = useAnswer<Costs>(isDimension(dimension) ? '/api/v1/costs' : null, {
    ...period.params,
    ...filterParams(others),
    group_by: escapeValue(dimension),
    limit: SUGGESTED_VALUES,
  });
  if (data === null || data.group_by[0] !== dimension) return [NONE];
  return data.groups.map((group) => String(group[dimension] ?? NONE));
}

function useTagNames(isAsked: boolean): readonly string[] {
  const { data } = useAnswer<Page<Call>>(isAsked ? '/api/v1/calls' : null, { limit: CALLS_LOOKED_AT });
  return [...new Set((data?.items ?? []).flatMap(({ tags }) => Object.keys(tags)))].sort();
}
