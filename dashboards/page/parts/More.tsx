import type { JSX } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Page } from '../answers.ts';
import { ask, Fault, type Params, questionText } from '../client.ts';
import { Button } from './Button.tsx';

export interface Pages<T> {
  readonly rows: readonly T[];
  readonly hasMore: boolean;
  readonly more: () => void;
  readonly fault: Fault | null;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

interface State<T> {
  readonly question: string;
  readonly rows: readonly T[];
  readonly cursor: string | null;
  readonly fault: Fault | null;
  readonly isLoading: boolean;
}

function nextPage(question: string, cursor: string): string {
  return `${question}${question.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
}

/** A list page by page. Another question begins at its first page; the rows of the one before stay until that is here. */
export function usePages<T>(path: string, params: Params): Pages<T> {
  const question = questionText(path, params);
  const [state, setState] = useState<State<T>>({ question, rows: [], cursor: null, fault: null, isLoading: true });
  const [tries, setTries] = useState(0);
  const read = useCallback(
    async (cursor: string | null, rowsBefore: readonly T[], signal: AbortSignal): Promise<void> => {
      try {
        const address = cursor === null ? question : nextPage(question, cursor);
        const { items, next_cursor: next } = await ask<Page<T>>(address, {}, signal);
        setState({ question, rows: [...rowsBefore, ...items], cursor: next, fault: null, isLoading: false });
      } catch (error) {
        if (signal.aborted) return;
        const fault = error instanceof Fault ? error : new Fault(0, { detail: String(error) });
        setState((before) => ({ ...before, fault, isLoading: false }));
      }
    },
    [question],
  );
  useEffect(() => {
    const controller = new AbortController();
    setState((before) => ({ ...before, isLoading: true }));
    void read(null, [], controller.signal);
    return () => controller.abort();
  }, [read, tries]);
  const reload = useCallback(() => setTries((count) => count + 1), []);
  const more = (): void => {
    if (state.isLoading || state.cursor === null) return;
    setState((before) => ({ ...before, isLoading: true }));
    void read(state.cursor, state.rows, new AbortController().signal);
  };
  return {
    rows: state.rows,
    hasMore: state.cursor !== null,
    more,
    fault: state.fault,
    isLoading: state.isLoading,
    reload,
  };
}

export function More({
  onMore,
  hasMore,
}: {
  readonly onMore: () => void;
  readonly hasMore: boolean;
}): JSX.Element | null {
  if (!hasMore) return null;
  return (
    <div class="more-rows">
      <Button onClick={onMore}>Show more</Button>
    </div>
  );
}
