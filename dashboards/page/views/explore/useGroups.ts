import { useEffect, useState } from 'preact/hooks';
import { ask, Fault, type Params } from '../../client.ts';
import type { Costs, Group } from '../../answers.ts';
import { useBeat } from '../../live.ts';

const PAGE_ROWS = 100;

interface Groups {
  /** Null before the first answer. */
  readonly rows: readonly Group[] | null;
  /** The dimensions that the rows are by: for a moment those of the question before. */
  readonly by: readonly string[];
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly fault: Fault | null;
  readonly more: () => void;
}

interface State {
  readonly question: string;
  readonly rows: readonly Group[] | null;
  readonly by: readonly string[];
  readonly cursor: string | null;
  readonly isLoading: boolean;
  readonly fault: Fault | null;
}

const nothing: State = { question: '', rows: null, by: [], cursor: null, isLoading: true, fault: null };

/** The groups of the cube, dearest first, page by page. A cursor keeps the period of its first page, so pages fit. */
export function useGroups(params: Params): Groups {
  const question = JSON.stringify(params);
  const beat = useBeat();
  const [state, setState] = useState<State>(nothing);
  const isPaged = state.question === question && (state.rows?.length ?? 0) > PAGE_ROWS;

  const read = (cursor: string | null, signal?: AbortSignal): void => {
    setState((before) => ({ ...before, isLoading: true }));
    ask<Costs>('/api/v1/costs', { ...params, limit: PAGE_ROWS, cursor }, signal)
      .then((answer) =>
        setState((before) => ({
          question,
          rows: cursor === null ? answer.groups : [...(before.rows ?? []), ...answer.groups],
          by: answer.group_by,
          cursor: answer.next_cursor,
          isLoading: false,
          fault: null,
        })),
      )
      .catch((failure: unknown) => {
        if (signal?.aborted === true) return;
        if (!(failure instanceof Fault)) throw failure;
        setState((before) => ({ ...before, isLoading: false, fault: failure }));
      });
  };

  useEffect(() => {
    // Further pages are of an earlier moment: they are not thrown away because a call came in.
    if (isPaged) return undefined;
    const abort = new AbortController();
    read(null, abort.signal);
    return () => abort.abort();
  }, [question, beat]);

  return { ...state, hasMore: state.cursor !== null, more: () => read(state.cursor) };
}
