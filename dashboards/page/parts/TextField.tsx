import type { JSX } from 'preact';
import { Field, type FieldProps } from './Field.tsx';

interface Props extends FieldProps {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly type?: 'text' | 'password' | 'date' | 'datetime-local';
  readonly inputMode?: 'text' | 'decimal' | 'numeric';
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly disabled?: boolean;
  /** Values to choose from, or to write something else. */
  readonly suggestions?: readonly string[];
}

export function TextField({
  label,
  hint,
  fault,
  suggestions = [],
  onInput,
  type = 'text',
  ...given
}: Props): JSX.Element {
  // The types of JSX want one attribute list for each type of input.
  const input = { ...given, type } as { readonly type: 'text' };
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })} fault={fault}>
      {(tied) => (
        <>
          <input
            {...input}
            {...tied}
            autocomplete="off"
            spellcheck={false}
            dir="auto"
            {...(suggestions.length === 0 ? {} : { list: `${tied.id}-list` })}
            onInput={(event) => onInput(event.currentTarget.value)}
          />
          {suggestions.length > 0 && (
            <datalist id={`${tied.id}-list`}>
              {suggestions.map((value) => (
                <option key={value} value={value}>
                  {value}
                </option>
              ))}
            </datalist>
          )}
        </>
      )}
    </Field>
  );
}
