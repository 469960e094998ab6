import { useEffect, useState } from 'preact/hooks';
import type { Who } from '../answers.ts';
import { ask, Fault } from '../client.ts';
import { setWho, useSession } from '../session.ts';

export type Entrance =
  | { readonly state: 'asking' | 'in' }
  | { readonly state: 'login'; readonly because: string | null }
  | { readonly state: 'failed'; readonly fault: Fault; readonly retry: () => void };

/** Whether the page may ask what it shows: at once where no key is needed, else after somebody gave one. */
export function useEntrance(): Entrance {
  const { who, asked, key } = useSession();
  const [fault, setFault] = useState<Fault | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (who !== null || asked !== null) return;
    setFault(null);
    ask<Who>('/api/v1/whoami').then(setWho, (error: unknown) => {
      const failed = error instanceof Fault ? error : new Fault(0, { detail: String(error) });
      if (failed.status !== 401) setFault(failed);
    });
  }, [who, asked, key, tries]);
  if (asked !== null) return { state: 'login', because: asked.because };
  if (fault !== null) return { state: 'failed', fault, retry: () => setTries((count) => count + 1) };
  return { state: who === null ? 'asking' : 'in' };
}
