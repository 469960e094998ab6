import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';

export interface FieldProps {
  readonly label: string;
  /** What it does, in a sentence. */
  readonly hint?: string;
  /** What is wrong with it. */
  readonly fault?: string | null | undefined;
}

interface Tied {
  readonly id: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby'?: string;
}

/** A control with its label, a hint and what is wrong with it, tied together for everybody. */
export function Field({
  label,
  hint,
  fault = null,
  children,
}: FieldProps & { readonly children: (tied: Tied) => ComponentChildren }): JSX.Element {
  const id = useId();
  const described = [...(fault === null ? [] : [`${id}-fault`]), ...(hint === undefined ? [] : [`${id}-hint`])];
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        'aria-invalid': fault !== null,
        ...(described.length === 0 ? {} : { 'aria-describedby': described.join(' ') }),
      })}
      {fault !== null && (
        <p class="field-fault" id={`${id}-fault`}>
          ▲ {fault}
        </p>
      )}
      {hint !== undefined && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
