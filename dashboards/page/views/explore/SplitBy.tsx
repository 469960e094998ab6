import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { GROUP_KEYS_MAX } from '../../model/exploration.ts';
import { dimensions, dimensionWord, isDimension } from '../../model/filters.ts';
import { Button } from '../../parts/Button.tsx';
import { useEscape } from '../filters/useEscape.ts';

const TAG = 'tag';

interface Props {
  readonly by: readonly string[];
  readonly onChange: (by: readonly string[]) => void;
}

/** The dimensions that the sum is split by, in their order: each can be taken out, one more put in while there is room. */
export function SplitBy({ by, onChange }: Props): JSX.Element {
  const [isTag, setIsTag] = useState(false);
  const choices = dimensions.filter((dimension) => !by.includes(dimension));
  return (
    <fieldset class="split-by">
      <legend class="vh">Split by</legend>
      <span class="mut" aria-hidden="true">
        Split by
      </span>
      {by.map((dimension) => (
        <button
          key={dimension}
          type="button"
          class="split-key"
          aria-label={`Do not split by ${dimensionWord(dimension)}`}
          onClick={() => onChange(by.filter((other) => other !== dimension))}
        >
          <bdi class="clip">{dimensionWord(dimension)}</bdi>
          <span aria-hidden="true"> ×</span>
        </button>
      ))}
      {by.length < GROUP_KEYS_MAX && !isTag && (
        <select
          class="split-add"
          aria-label={by.length === 0 ? 'Split by' : 'Split further by'}
          value=""
          onChange={(event) => {
            const { value } = event.currentTarget;
            event.currentTarget.value = '';
            if (value === TAG) setIsTag(true);
            else if (value !== '') onChange([...by, value]);
          }}
        >
          <option value="">{by.length === 0 ? 'nothing' : '+ then by'}</option>
          {choices.map((dimension) => (
            <option key={dimension} value={dimension}>
              {dimensionWord(dimension)}
            </option>
          ))}
          <option value={TAG}>Tag …</option>
        </select>
      )}
      {isTag && (
        <TagField
          onAdd={(dimension) => {
            setIsTag(false);
            if (!by.includes(dimension)) onChange([...by, dimension]);
          }}
          onCancel={() => setIsTag(false)}
        />
      )}
    </fieldset>
  );
}

interface TagFieldProps {
  readonly onAdd: (dimension: string) => void;
  readonly onCancel: () => void;
}

function TagField({ onAdd, onCancel }: TagFieldProps): JSX.Element {
  const [name, setName] = useState('');
  const form = useRef<HTMLFormElement>(null);
  useEscape(form, onCancel);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const dimension = `${TAG}.${name.trim()}`;
  return (
    <form
      ref={form}
      class="add-filter"
      onSubmit={(event) => {
        event.preventDefault();
        if (isDimension(dimension)) onAdd(dimension);
      }}
    >
      <label class="field-inline">
        <span class="vh">Name of the tag</span>
        <input
          type="text"
          value={name}
          placeholder="Name of the tag"
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <Button kind="primary" type="submit" disabled={!isDimension(dimension)}>
        Split
      </Button>
      <Button kind="quiet" onClick={onCancel}>
        Cancel
      </Button>
    </form>
  );
}
