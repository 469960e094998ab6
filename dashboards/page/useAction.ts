import { useState } from 'preact/hooks';
import { Fault } from './client.ts';

export interface Action {
  readonly isBusy: boolean;
  readonly fault: Fault | null;
  /** Does it, unless it is being done: a second click sends nothing twice. */
  readonly run: (work: () => Promise<void>) => void;
}

/** Something that changes what Tollgate holds, and what came of it. */
export function useAction(): Action {
  const [isBusy, setIsBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const run = (work: () => Promise<void>): void => {
    if (isBusy) return;
    setIsBusy(true);
    setFault(null);
    work()
      .catch((error: unknown) => setFault(error instanceof Fault ? error : new Fault(0, { detail: String(error) })))
      .finally(() => setIsBusy(false));
  };
  return { isBusy, fault, run };
}
