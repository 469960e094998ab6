import { useEffect, useRef, useState } from 'preact/hooks';
import { Fault } from './client.ts';

export interface Action {
  readonly isBusy: boolean;
  readonly fault: Fault | null;
  /** Does it, unless it is being done: a second click sends nothing twice. */
  readonly run: (work: () => Promise<void>) => void;
  /** Whether what began it is still there: who has gone elsewhere is not called back. */
  readonly isHere: () => boolean;
}

/** Something that changes what Tollgate holds, and what came of it. */
export function useAction(): Action {
  const [isBusy, setIsBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const doing = useRef(false);
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  const run = (work: () => Promise<void>): void => {
    if (doing.current) return;
    doing.current = true;
    setIsBusy(true);
    setFault(null);
    work()
      .catch((error: unknown) => setFault(error instanceof Fault ? error : new Fault(0, { detail: String(error) })))
      .finally(() => {
        doing.current = false;
        setIsBusy(false);
      });
  };
  return { isBusy, fault, run, isHere: () => here.current };
}

/** What begins by itself, once, when it is first shown. */
export function useAtOnce(work: () => void): void {
  const first = useRef(work);
  useEffect(() => first.current(), []);
}
