import { isDeepStrictEqual } from 'node:util';
import type { ClientRun } from './clientRun.ts';
import { asExpected, compared, ofModel, requestsOf } from './expectation.ts';
import type { ExpectedSpan } from './expectation.ts';
import type { PolicyServer } from '../../instrumentation/policyServer.ts';
import { settledAs } from './settlement.ts';

/** What is known beforehand of one scenario. */
export interface ExpectedScenario {
  readonly name: string;
  readonly model: string;
  readonly spans: readonly ExpectedSpan[];
  readonly isGated: boolean;
}

/** The same application four times. */
export interface ClientRuns {
  readonly plain: ClientRun;
  readonly preloaded: ClientRun;
  readonly denied: ClientRun;
  readonly reserved: ClientRun;
  readonly settled: PolicyServer['settled'];
}

const hasSameResult = (name: string, run: ClientRun, plain: ClientRun): boolean =>
  isDeepStrictEqual(run.seen[name], plain.seen[name]);

/** Some scenarios look at the status alone. */
export const isTold = (name: string, denied: ClientRun): boolean =>
  /policy_denied|denied by policy|403/.test(JSON.stringify(denied.seen[name] ?? null));

/** One cell of the matrix: in a word what the call's span has, or what went wrong. */
export function outcomeOf(scenario: ExpectedScenario, runs: ClientRuns): string {
  const { name, model, spans: wanted, isGated } = scenario;
  const { plain, preloaded, denied, reserved, settled } = runs;
  if (!hasSameResult(name, preloaded, plain) || !hasSameResult(name, reserved, plain)) return 'application changed';
  const spans = ofModel(preloaded.spans, model);
  if (!isDeepStrictEqual(asExpected(spans, wanted), compared(wanted))) return 'wrong span';
  if (wanted.length === 0) return 'not billed';
  if (isGated && (requestsOf(denied.requests, model).length > 0 || !isTold(name, denied))) return 'not refused';
  if (isGated && ofModel(reserved.spans, model).some((span) => settledAs(span, settled) === 'wrong'))
    return 'wrong settlement';
  return `${recordedAs(wanted)}${isGated ? '' : ', no gate'}`;
}

function recordedAs(spans: readonly ExpectedSpan[]): string {
  const sources = spans.map(({ attributes }) => attributes['tollgate.usage.source']);
  if (sources.includes('estimate')) return 'estimate';
  if (sources.includes('provider')) return 'usage';
  return spans.some(({ status }) => status !== 'unset') ? 'error' : 'no usage';
}
