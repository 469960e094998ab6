import type { JSX } from 'preact';
import { Field, type FieldProps } from './Field.tsx';

interface Props extends FieldProps {
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
  readonly disabled?: boolean;
}

export function Select({ label, hint, fault, value, options, onChange, disabled = false }: Props): JSX.Element {
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })} fault={fault}>
      {(tied) => (
        <select {...tied} value={value} disabled={disabled} onChange={(event) => onChange(event.currentTarget.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
