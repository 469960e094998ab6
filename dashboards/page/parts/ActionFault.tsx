import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Fault } from '../client.ts';

interface Props {
  readonly fault: Fault | null;
  /** What stands beside no control; null shows what the fault says of itself. */
  readonly rest?: readonly string[] | null;
}

/** Why something was not done. What a control has beside it is not told twice. */
export function ActionFault({ fault, rest = null }: Props): JSX.Element | null {
  const box = useRef<HTMLDivElement>(null);
  // What is marked may be out of sight in a long form.
  useEffect(() => {
    box.current?.closest('form')?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [fault]);
  if (fault === null) return null;
  const isBesideControls = fault.fields.length > 0 && rest !== null;
  return (
    <div class="fault" role="alert" ref={box}>
      <p>
        <strong>▲ {isBesideControls ? 'Nothing was changed: see what is marked.' : fault.message}</strong>
      </p>
      {isBesideControls && rest.length > 0 && (
        <ul>
          {rest.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
