import { BadParameters } from '../api/problem.ts';

const BASE = '/policy/v1/';
const DECISIONS = '/policy/v1/decisions';
const RENEWALS = '/policy/v1/renewals';
export const WAIT_SECONDS_MAX = 60;

export type PolicyRoute =
  | { readonly name: 'decide' | 'renew'; readonly method: 'POST' }
  | { readonly name: 'settle'; readonly method: 'POST'; readonly id: string }
  | { readonly name: 'find'; readonly method: 'GET'; readonly id: string; readonly query: string };

const decide: PolicyRoute = { name: 'decide', method: 'POST' };
const renew: PolicyRoute = { name: 'renew', method: 'POST' };

/** Whether a path is answered here, be it with 404. */
export function isPolicyUrl(url: string): boolean {
  return url.startsWith(BASE);
}

/** Null where the policy API has no such path. */
export function routeOf(url: string): PolicyRoute | null {
  if (url === DECISIONS) return decide;
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  if (path === DECISIONS) return decide;
  if (path === RENEWALS) return renew;
  const [, id = '', settlement = null] = /^\/policy\/v1\/decisions\/([^/]+)(\/settlement)?$/.exec(path) ?? [];
  if (id === '') return null;
  if (settlement !== null) return { name: 'settle', method: 'POST', id };
  return { name: 'find', method: 'GET', id, query: mark === -1 ? '' : url.slice(mark + 1) };
}

/** `wait=SECONDS`, in milliseconds; 0 without it. Throws `bad_parameter`. */
export function readWaitMs(query: string): number {
  if (query === '') return 0;
  const parameters = [...new URLSearchParams(query)];
  const waits = parameters.filter(([name]) => name === 'wait').map(([, value]) => value);
  const [written = '0'] = waits;
  const seconds = /^\d{1,2}$/.test(written) ? Number(written) : Infinity;
  const faults = parameters
    .filter(([name]) => name !== 'wait')
    .map(([name, value]) => ({
      field: name.slice(0, 100),
      found: JSON.stringify(value.slice(0, 100)),
      expected: 'a parameter of this call: wait',
    }));
  if (seconds > WAIT_SECONDS_MAX || waits.length > 1) {
    const expected = `a whole number of seconds from 0 to ${WAIT_SECONDS_MAX}, given once`;
    faults.push({ field: 'wait', found: JSON.stringify(waits.join(' ').slice(0, 100)), expected });
  }
  if (faults.length > 0) throw new BadParameters(faults);
  return seconds * 1_000;
}
