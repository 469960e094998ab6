import { oneHref } from './lists.ts';
import { priceHref } from './rates.ts';
import type { Alert } from '../policyAnswers.ts';

const words: Readonly<Record<string, string>> = {
  'budget.threshold_reached': 'part of a budget is used',
  'budget.exceeded': 'a budget is used up',
  'call.denied': 'a call was refused',
  'call.modified': 'a call was changed',
  'approval.requested': 'a call waits for approval',
  'price.unknown_model': 'a model has no price',
  'anomaly.detected': 'unusual spending',
};

/** As the API's filter takes them, with what each tells of. */
export const alertTypes: readonly string[] = Object.keys(words);

export function typeWords(type: string): string {
  return words[type] ?? type;
}

export interface AlertLink {
  readonly about: 'budget' | 'approval' | 'price' | 'trace' | 'agent' | 'user' | 'session';
  readonly href: string;
  readonly label: string;
}

function textOf(data: Alert['data'], name: string): string | null {
  const value = data[name];
  return typeof value === 'string' && value !== '' && value !== '(none)' ? value : null;
}

/** Where one goes from an alert: what is named in it, the most telling first. */
export function alertLinks({ type, budget, data }: Pick<Alert, 'type' | 'budget' | 'data'>): readonly AlertLink[] {
  const links: AlertLink[] = [];
  if (budget !== null) links.push({ about: 'budget', href: `/budgets/${encodeURIComponent(budget)}`, label: budget });
  if (type === 'approval.requested') links.push({ about: 'approval', href: '/approvals', label: 'decide' });
  const model = textOf(data, 'model');
  if (type === 'price.unknown_model' && model !== null) {
    links.push({ about: 'price', href: priceHref(textOf(data, 'provider'), model), label: `price of ${model}` });
  }
  const trace = textOf(data, 'trace_id');
  if (trace !== null) links.push({ about: 'trace', href: `/traces/${encodeURIComponent(trace)}`, label: 'trace' });
  for (const about of ['agent', 'user', 'session'] as const) {
    const id = textOf(data, about);
    if (id !== null) links.push({ about, href: oneHref(`${about}s`, id), label: `${about} ${id}` });
  }
  return links;
}

export const severities = ['critical', 'warning', 'info'] as const;

/** The filters of the address, as the API takes them; severity is chosen on the page. */
export function alertParams(query: URLSearchParams): { readonly type: string | null; readonly budget: string | null } {
  const type = query.get('type');
  const budget = query.get('budget');
  return {
    type: type !== null && alertTypes.includes(type) ? type : null,
    budget: budget === '' ? null : budget,
  };
}
