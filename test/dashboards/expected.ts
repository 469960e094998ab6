import type { Expected } from './agree.ts';
import { agent } from './agreeAgent.ts';
import { budgets } from './agreeBudgets.ts';
import { spend } from './agreeSpend.ts';
import { trace } from './agreeTrace.ts';

/** Panel → the API's answer. A panel that is neither here nor below fails a test. */
export const expected: Readonly<Record<string, Readonly<Record<string, Expected>>>> = {
  'tollgate-spend': spend,
  'tollgate-budgets': budgets,
  'tollgate-agent': agent,
  'tollgate-trace': trace,
};

/** Panels whose figures are held to the API's in a test of their own, and why. */
export const otherwise: Readonly<Record<string, string>> = {
  'tollgate-agent / Single calls': 'the days of /costs?interval=day are counted back',
  'tollgate-agent / Errors': 'the API does not say the type of an error: the sums by model are compared',
  'tollgate-budgets / What the window comes to':
    'goes on with the clock of the database: between two answers of the API',
};
