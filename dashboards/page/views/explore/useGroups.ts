import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Costs, Group } from '../../answers.ts';
import { ask, Fault, type Params, questionText } from '../../client.ts';
import { useBeat } from '../../live.ts';

const PAGE_ROWS = 100;

interface State {
  /** What the rows answer. */
  readonly question: string;
  /** Null before the first answer. */
  readonly rows: readonly Group[] | null;
  /** The dimensions that the rows are by: for a moment those of the question before. */
  readonly by: readonly string[];
  readonly cursor: string | null;
  readonly fault: Fault | null;
}

interface Groups extends Omit<State, 'question' | 'cursor'> {
  readonly hasMore: boolean;
  readonly more: () => void;
  readonly reload: () => void;
}

const nothing: State = { question: '', rows: null, by: [], cursor: null, fault: null };

/** The groups of the cube, dearest first, page by page. A cursor keeps the period of its first page, so pages fit. */
export function useGroups(params: Params): Groups {
  const question = questionText('/api/v1/costs', { ...params, limit: PAGE_ROWS });
  const beat = useBeat();
  const [tries, setTries] = useState(0);
  const [state, setState] = useState<State>(nothing);
  const isPaged = state.question === question && (state.rows?.length ?? 0) > PAGE_ROWS;

  const read = useCallback(
    async (cursor: string | null, signal: AbortSignal): Promise<void> => {
      try {
        const answer = await ask<Costs>(question + cursorText(cursor), {}, signal);
        setState((before) => ({
          question,
          rows: cursor === null ? answer.groups : [...(before.rows ?? []), ...answer.groups],
          by: answer.group_by,
          cursor: answer.next_cursor,
          fault: null,
        }));
      } catch (error) {
        if (signal.aborted) return;
        const fault = error instanceof Fault ? error : new Fault(0, { detail: String(error) });
        setState((before) => ({ ...before, fault }));
      }
    },
    [question],
  );

  useEffect(() => {
    // Further pages are of an earlier moment: they are not thrown away because a call came in.
    if (isPaged) return undefined;
    const controller = new AbortController();
    void read(null, controller.signal);
    return () => controller.abort();
  }, [read, isPaged, beat, tries]);

  return {
    ...state,
    hasMore: state.cursor !== null,
    more: () => void read(state.cursor, new AbortController().signal),
    reload: () => setTries((count) => count + 1),
  };
}

const cursorText = (cursor: string | null): string => (cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`);
