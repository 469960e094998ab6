import type { ComponentChildren, JSX } from 'preact';
import type { Fault } from '../client.ts';
import { formatClock } from '../format/times.ts';
import { Button } from './Button.tsx';

export function Waiting(): JSX.Element {
  return (
    <p class="waiting mut" aria-busy="true">
      Reading the books…
    </p>
  );
}

interface FaultProps {
  readonly fault: Fault;
  /** When what is still shown was read; null where nothing is. */
  readonly at: number | null;
  readonly onRetry: () => void;
}

/** What went wrong, how old the figures are that are still there, and another try. */
export function FaultNote({ fault, at, onRetry }: FaultProps): JSX.Element {
  return (
    <div class="fault" role="alert">
      <p>
        <strong>▲ {fault.message}</strong>
        {at !== null && <> What is shown is of {formatClock(new Date(at).toISOString())}.</>}
      </p>
      {fault.fields.length > 0 && (
        <ul>
          {fault.fields.map(({ field, found, expected }) => (
            <li key={field}>
              {field}: found {found}, expected {expected}
            </li>
          ))}
        </ul>
      )}
      <Button kind="quiet" onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}

/** Nothing is here, and what to do about it. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

/** Figures that may be old are dimmed. */
export function Stale({
  isStale,
  children,
}: {
  readonly isStale: boolean;
  readonly children: ComponentChildren;
}): JSX.Element {
  return <div class={isStale ? 'stale' : undefined}>{children}</div>;
}
