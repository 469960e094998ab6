import { type ListName, lists } from './lists.ts';

interface Named {
  readonly title: string;
  /** The link of the header that it belongs to. */
  readonly section: string;
}

export type BookRoute = Named &
  (
    | { readonly view: 'explore' | 'calls' | 'traces' }
    | { readonly view: 'list'; readonly list: ListName }
    | { readonly view: 'one'; readonly list: ListName; readonly id: string }
    | { readonly view: 'call'; readonly traceId: string; readonly spanId: string }
    | { readonly view: 'trace'; readonly traceId: string }
  );

export type RuleRoute = Named &
  (
    | { readonly view: 'budgets' | 'approvals' | 'prices' | 'alerts' }
    | { readonly view: 'budget'; readonly name: string }
    | { readonly view: 'price'; readonly provider: string; readonly model: string }
  );

export type Route = BookRoute | RuleRoute | (Named & { readonly view: 'overview' | 'nowhere' });

const TITLE_CHARS = 60;
const nowhere: Route = { view: 'nowhere', title: 'Not found', section: '' };

const plain: Readonly<Record<string, Route>> = {
  '': { view: 'overview', title: 'Overview', section: '/' },
  explore: { view: 'explore', title: 'Explore', section: '/explore' },
  calls: { view: 'calls', title: 'Calls', section: '/calls' },
  traces: { view: 'traces', title: 'Traces', section: '/calls' },
  budgets: { view: 'budgets', title: 'Budgets', section: '/budgets' },
  approvals: { view: 'approvals', title: 'Approvals', section: '/budgets' },
  prices: { view: 'prices', title: 'Prices', section: '/prices' },
  alerts: { view: 'alerts', title: 'Alerts', section: '/alerts' },
};

const isListName = (name: string): name is ListName => Object.hasOwn(lists, name);

/** The view of a path; parts of it are percent-encoded, ids of any kind among them. */
export function routeOf(path: string): Route {
  const parts = path.split('/').slice(1).map(decoded);
  if (parts.at(-1) === '') parts.pop();
  const [first = '', second, third] = parts;
  if (parts.length > 3 || parts.includes(null)) return nowhere;
  if (first === null || second === null || third === null) return nowhere;
  if (second === undefined) return listed(first) ?? (Object.hasOwn(plain, first) ? (plain[first] ?? nowhere) : nowhere);
  return third === undefined ? twoParts(first, second) : threeParts(first, second, third);
}

function listed(name: string): Route | null {
  return isListName(name) ? { view: 'list', list: name, title: lists[name].title, section: '/sessions' } : null;
}

function twoParts(first: string, second: string): Route {
  const title = second.slice(0, TITLE_CHARS);
  if (isListName(first)) return { view: 'one', list: first, id: second, title, section: '/sessions' };
  if (first === 'traces') return { view: 'trace', traceId: second, title: 'Trace', section: '/calls' };
  if (first === 'budgets') return { view: 'budget', name: second, title, section: '/budgets' };
  return nowhere;
}

function threeParts(first: string, second: string, third: string): Route {
  if (first === 'calls') return { view: 'call', traceId: second, spanId: third, title: 'Call', section: '/calls' };
  const title = third.slice(0, TITLE_CHARS);
  return first === 'prices' ? { view: 'price', provider: second, model: third, title, section: '/prices' } : nowhere;
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
