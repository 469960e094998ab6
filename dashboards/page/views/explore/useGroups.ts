import type { Costs, Group } from '../../answers.ts';
import type { Params } from '../../client.ts';
import { type AnswerPages, useAnswerPages } from '../../usePages.ts';

const PAGE_ROWS = 100;

interface Groups extends Omit<AnswerPages<Costs>, 'answers'> {
  /** Null before the first answer. */
  readonly rows: readonly Group[] | null;
  /** The dimensions that the rows are by: for a moment those of the question before. */
  readonly by: readonly string[];
}

/** The groups of the cube, dearest first, page by page. A cursor keeps the period of its first page, so pages fit. */
export function useGroups(params: Params): Groups {
  const { answers, ...pages } = useAnswerPages<Costs>('/api/v1/costs', { ...params, limit: PAGE_ROWS }, { live: true });
  const [first] = answers;
  return {
    ...pages,
    rows: first === undefined ? null : answers.flatMap(({ groups }) => groups),
    by: first?.group_by ?? [],
  };
}
