import type { JSX } from 'preact';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onRemove: () => void;
}

/** A filter that holds, and goes with a click. */
export function Chip({ label, value, onRemove }: Props): JSX.Element {
  return (
    <span class="chip">
      <span class="mut">{label}</span>
      <bdi class="name" title={value}>
        {value}
      </bdi>
      <button type="button" aria-label={`Remove the filter ${label} ${value}`} onClick={onRemove}>
        ×
      </button>
    </span>
  );
}
