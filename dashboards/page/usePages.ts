import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Page } from './answers.ts';
import { ask, Fault, type Params } from './client.ts';
import { useBeat } from './live.ts';
import { hrefOf } from './model/addresses.ts';

interface Paged {
  readonly next_cursor: string | null;
}

interface State<A> {
  /** What the answers answer. */
  readonly question: string;
  /** A page each, from the first. */
  readonly answers: readonly A[];
  readonly fault: Fault | null;
  readonly isLoading: boolean;
}

export interface AnswerPages<A> {
  /** Of the last question that was answered. */
  readonly answers: readonly A[];
  /** They answer the question before this one. */
  readonly isOld: boolean;
  readonly hasMore: boolean;
  readonly more: () => void;
  readonly fault: Fault | null;
  /** Nothing is known of this question yet. */
  readonly isLoading: boolean;
  readonly reload: () => void;
}

interface PagesOptions {
  /** Read again when calls or alerts came in, as long as nobody has gone on to a later page. */
  readonly live?: boolean;
}

/**
 * A list page by page. Another question begins at its first page; the rows of the one before stay until that is here.
 * One question at a time is on its way: an answer to an older one never replaces that to a newer one.
 */
export function useAnswerPages<A extends Paged>(
  path: string,
  params: Params,
  { live = false }: PagesOptions = {},
): AnswerPages<A> {
  const question = hrefOf(path, params);
  const [state, setState] = useState<State<A>>({ question, answers: [], fault: null, isLoading: true });
  const [tries, setTries] = useState(0);
  const beat = useBeat();
  const reading = useRef<{ readonly controller: AbortController; readonly after: string | null } | null>(null);
  const isOld = state.question !== question;
  const cursor = isOld ? null : (state.answers.at(-1)?.next_cursor ?? null);

  const read = useCallback(
    async (after: string | null): Promise<void> => {
      reading.current?.controller.abort();
      const controller = new AbortController();
      const { signal } = controller;
      reading.current = { controller, after };
      setState((before) => ({ ...before, isLoading: true }));
      try {
        const answer = await ask<A>(after === null ? question : nextPage(question, after), {}, signal);
        if (signal.aborted) return;
        setState(({ answers }) => {
          const all = after === null ? [answer] : [...answers, answer];
          return { question, answers: all, fault: null, isLoading: false };
        });
      } catch (error) {
        if (signal.aborted) return;
        const fault = error instanceof Fault ? error : new Fault(0, { detail: String(error) });
        setState((before) => ({
          question,
          // What was read before stands for this question alone: rows of another would pass for its answer.
          answers: before.question === question ? before.answers : [],
          fault,
          isLoading: false,
        }));
      }
    },
    [question],
  );

  useEffect(() => {
    void read(null);
    return () => reading.current?.controller.abort();
  }, [read, tries]);

  const heard = useRef(beat);
  useEffect(() => {
    if (heard.current === beat) return;
    heard.current = beat;
    if (live && state.answers.length <= 1 && !state.isLoading) void read(null);
  }, [beat, live, read, state]);

  // A second click asks for nothing twice; a refresh that is on its way gives way.
  const more = (): void => {
    const isOnItsWay = state.isLoading && reading.current?.after === cursor;
    if (cursor !== null && !isOnItsWay) void read(cursor);
  };
  const reload = useCallback(() => setTries((count) => count + 1), []);
  return {
    answers: state.answers,
    isOld,
    hasMore: cursor !== null,
    more,
    fault: state.fault,
    isLoading: state.isLoading && (isOld || state.answers.length === 0),
    reload,
  };
}

function nextPage(question: string, cursor: string): string {
  return `${question}${question.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
}

export type Pages<T> = Omit<AnswerPages<Page<T>>, 'answers'> & { readonly rows: readonly T[] };

/** The rows of a list. */
export function usePages<T>(path: string, params: Params, options: PagesOptions = {}): Pages<T> {
  const { answers, ...pages } = useAnswerPages<Page<T>>(path, params, options);
  return { ...pages, rows: answers.flatMap(({ items }) => items) };
}
