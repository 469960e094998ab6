import type { JSX } from 'preact';

interface Props {
  /** −1 to 1: of the largest of the table. */
  readonly share: number;
}

const HALF = 48;

/** Up to the right, down to the left; sign and figure stand beside it. */
export function Diverging({ share }: Props): JSX.Element {
  const width = Math.min(1, Math.abs(share)) * HALF;
  return (
    <svg class="diverging" viewBox="0 0 96 12" aria-hidden="true">
      <rect class={share < 0 ? 'down' : 'up'} x={share < 0 ? HALF - width : HALF} y="1" width={width} height="10" />
      <line class="zero" x1={HALF} x2={HALF} y1="0" y2="12" />
    </svg>
  );
}
