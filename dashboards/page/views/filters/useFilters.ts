import { useMemo } from 'preact/hooks';
import { type Filter, filterParams, isDimension, readFilters } from '../../model/filters.ts';
import { hrefOf, navigate, usePlace } from '../../router.ts';

interface Filtering {
  readonly filters: readonly Filter[];
  /** As the API takes them. */
  readonly params: Readonly<Record<string, readonly string[]>>;
  readonly change: (filters: readonly Filter[]) => void;
}

/** The filters that the address holds, whatever else it holds. */
export function useFilters(): Filtering {
  const { path, query } = usePlace();
  // The text says all that the query holds; the object is another one each time.
  const text = query.toString();
  return useMemo(() => {
    const filters = readFilters(new URLSearchParams(text));
    const others = othersOf(new URLSearchParams(text));
    return {
      filters,
      params: filterParams(filters),
      change: (changed) => navigate(hrefOf(path, { ...others, ...filterParams(changed) }), { replace: true }),
    };
  }, [path, text]);
}

function othersOf(query: URLSearchParams): Record<string, readonly string[]> {
  const others: Record<string, string[]> = {};
  for (const [name, value] of query) if (!isDimension(name)) (others[name] ??= []).push(value);
  return others;
}
