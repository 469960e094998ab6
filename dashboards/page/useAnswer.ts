import { useCallback, useEffect, useState } from 'preact/hooks';
import { ask, Fault, type Params } from './client.ts';
import { useBeat } from './live.ts';
import { hrefOf } from './model/addresses.ts';

export interface Answer<T> {
  /** The last answer to this question; while another question of the same place is asked, that of the one before. */
  readonly data: T | null;
  readonly fault: Fault | null;
  /** When `data` came, in ms since 1970. */
  readonly at: number | null;
  readonly isLoading: boolean;
  /** `data` answers the question before this one. */
  readonly isOld: boolean;
  readonly reload: () => void;
}

export interface AnswerOptions {
  /** Asks again when calls or alerts came in. */
  readonly live?: boolean;
}

type State<T> = Omit<Answer<T>, 'reload' | 'isOld'> & {
  readonly path: string | null;
  /** Of `data`. */
  readonly answered: string | null;
};

const nothing = { data: null, answered: null, fault: null, at: null, isLoading: true };

/** Asks the API and keeps what it said last. Null asks nothing. */
export function useAnswer<T>(path: string | null, params: Params = {}, options: AnswerOptions = {}): Answer<T> {
  const beat = useBeat();
  const [tries, setTries] = useState(0);
  const [state, setState] = useState<State<T>>({ ...nothing, path, isLoading: path !== null });
  const question = path === null ? null : hrefOf(path, params);
  // Who does not follow along is not asked again.
  const heard = options.live === true ? beat : 0;
  useEffect(() => {
    if (path === null || question === null) {
      setState({ ...nothing, path, isLoading: false });
      return undefined;
    }
    const controller = new AbortController();
    // Other parameters leave the old figures in place until the new ones are here; another thing altogether does not.
    setState((before) => (before.path === path ? { ...before, isLoading: true } : { ...nothing, path }));
    ask<T>(question, {}, controller.signal).then(
      (data) => {
        if (!controller.signal.aborted)
          setState({ path, data, answered: question, fault: null, at: Date.now(), isLoading: false });
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        const fault = error instanceof Fault ? error : new Fault(0, { detail: String(error) });
        setState((before) => ({ ...before, fault, isLoading: false }));
      },
    );
    return () => controller.abort();
  }, [path, question, tries, heard]);
  const reload = useCallback(() => setTries((count) => count + 1), []);
  const { path: _path, answered, ...answer } = state.path === path ? state : { ...nothing, path };
  return { ...answer, isOld: answered !== null && answered !== question, reload };
}
