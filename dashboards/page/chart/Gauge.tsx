import type { JSX } from 'preact';

interface Props {
  /** Of the limit, 0 to more than 1. */
  readonly spent: number;
  readonly reserved: number;
  /** Where an even pace would be by now; null where there is no pace. */
  readonly pace: number | null;
  readonly state: 'ok' | 'warn' | 'bad';
  /** What it shows, as a sentence. */
  readonly label: string;
}

const WIDTH = 400;

/** Spent and reserved of a limit, with a mark where an even pace would be. */
export function Gauge({ spent, reserved, pace, state, label }: Props): JSX.Element {
  const spentWidth = Math.min(1, Math.max(0, spent)) * WIDTH;
  const reservedWidth = Math.min(WIDTH - spentWidth, Math.max(0, reserved) * WIDTH);
  return (
    <svg class="gauge" viewBox={`0 0 ${WIDTH} 8`} preserveAspectRatio="none" role="img" aria-label={label}>
      <rect class="gauge-track" width={WIDTH} height="8" />
      <rect class={`gauge-fill ${state}`} width={spentWidth} height="8" />
      <rect class={`gauge-reserved ${state}`} x={spentWidth} width={reservedWidth} height="8" />
      {pace !== null && <line class="gauge-pace" x1={pace * WIDTH} x2={pace * WIDTH} y1="0" y2="8" />}
    </svg>
  );
}
