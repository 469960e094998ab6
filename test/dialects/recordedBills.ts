import { emptyUsage, otherBuckets, type Usage } from '../../src/usage.ts';
import type { Bill, Decided, Fixture } from './recordedCharges.ts';
import type { CostStatus, Expectation } from './recordedDeviations.ts';

const inputAndOutput = ['input_uncached', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output'] as const;

const ID_OF_THE_RUN = /^[\da-f]{8}-[\da-f]{4}-/;

/** What is left when every bill has been paired with the charge that it must have left. */
export interface Reckoning {
  /** Bills, and calls beside them, without the charge expected of them, and what was expected. */
  readonly billsNotCharged: readonly string[];
  /** Charges that no bill and no expectation accounts for. */
  readonly chargesNotBilled: readonly string[];
  /** Response ids on charges that the provider never gave. */
  readonly idsNotIssued: readonly string[];
}

/** Pairs each bill with one charge: by response id, else by equal figures in the order of billing. */
export function reckon({ bills }: Fixture, decided: readonly Decided[], expectation: Expectation): Reckoning {
  const issued = new Set(bills.flatMap(({ response_id: id }) => id ?? []));
  const left = new Set(decided.filter(({ charge }) => charge === 'charged'));
  const isIssued = ({ call }: Decided): boolean =>
    issued.has(call.responseId ?? '') || issued.has(call.requestId ?? '');
  const idsNotIssued = [...left]
    .filter((one) => one.call.responseId !== null && !isIssued(one))
    .filter(({ call }) => expectation.ownIds?.test(call.responseId ?? '') !== true)
    .map(lineOf);

  const take = (found: Decided | undefined): boolean => found !== undefined && left.delete(found);
  const takeById = (bill: Bill, place: number): boolean =>
    take([...left].find((one) => isNamed(one, bill) && isAsExpected(one, bill, place, expectation)));
  const takeByFigures = (bill: Bill, place: number): boolean =>
    take([...left].find((one) => !isIssued(one) && isAsExpected(one, bill, place, expectation)));

  const billed = bills.map((bill, place) => ({ bill, place })).filter(({ place }) => !isUnseen(expectation, place));
  const withoutId = billed.filter(({ bill, place }) => bill.response_id === null || !takeById(bill, place));
  const billsNotCharged = withoutId
    .filter(({ bill, place }) => !takeByFigures(bill, place))
    .map(({ bill, place }) => `${place} ${bill.model} ${linesOfExpected(bill, place, expectation)}`);
  for (const { status, tokens, reason } of expectation.beside ?? []) {
    const found = [...left].find(({ call }) => statusOf(call) === status && figuresOf(call.usage) === tokens);
    if (!take(found)) billsNotCharged.push(`${reason}: ${tokens} ${status}`);
  }
  return { billsNotCharged, chargesNotBilled: [...left].map(lineOf), idsNotIssued };
}

/** By the id of the answer, or where the API gives none, of the request. */
export function isNamed({ call }: Decided, { response_id: id }: Bill): boolean {
  return id !== null && (call.responseId === id || call.requestId === id);
}

function isUnseen({ unseen }: Expectation, place: number): boolean {
  return unseen?.[place] !== undefined;
}

function isAsExpected({ call }: Decided, bill: Bill, place: number, expectation: Expectation): boolean {
  const deviation = expectation.deviations?.[place];
  const expected = { ...bill.usage, ...deviation?.reads(bill.usage) };
  return (
    bill.path.includes('mbed') === (call.operation?.includes('embed') ?? false) &&
    statusOf(call) === (deviation?.status ?? 'priced') &&
    inputAndOutput.every((bucket) => isAsBilled(call.usage[bucket], expected[bucket])) &&
    otherBuckets.every((bucket) => (call.usage.other[bucket] ?? 0) === (expected.other[bucket] ?? 0)) &&
    // A part of output: untold, it changes no charge.
    (call.usage.reasoning === null || call.usage.reasoning === expected.reasoning)
  );
}

/** A bucket that an emitter leaves out because it is empty is null; one that held something must be told. */
function isAsBilled(read: number | null, expected: number | null): boolean {
  return (read ?? 0) === (expected ?? 0) && !(read === 0 && expected === null);
}

export function statusOf({ price }: Decided['call']): CostStatus {
  return price.status === 'unpriced' ? price.reason : price.status;
}

/** Uncached, cache read, cache write 5m and 1h, output. */
export function figuresOf(usage: Usage): string {
  return inputAndOutput.map((bucket) => usage[bucket] ?? '–').join(' / ');
}

export function sumOf(usages: readonly Usage[]): Usage {
  return usages.reduce<Usage>((sum, usage) => {
    const added = (bucket: (typeof inputAndOutput)[number]): number | null =>
      sum[bucket] === null && usage[bucket] === null ? null : (sum[bucket] ?? 0) + (usage[bucket] ?? 0);
    return {
      ...sum,
      input_uncached: added('input_uncached'),
      cache_read: added('cache_read'),
      cache_write_5m: added('cache_write_5m'),
      cache_write_1h: added('cache_write_1h'),
      output: added('output'),
    };
  }, emptyUsage);
}

/** Whose the charges are, distinct, as `Expectation` writes them. */
export function subjectsOf(decided: readonly Decided[]): string[] {
  const charged = decided.filter(({ charge }) => charge === 'charged');
  const written = (id: string | null): string => (id === null ? '–' : ID_OF_THE_RUN.test(id) ? '…' : id);
  const subjects = charged.map(({ attribution: { agent, user, session } }) =>
    [agent, user, session].map(written).join(' / '),
  );
  return [...new Set(subjects)].sort();
}

function lineOf({ call }: Decided): string {
  return `${call.name}: ${figuresOf(call.usage)} ${statusOf(call)} ${call.responseId ?? ''}`.trim();
}

function linesOfExpected(bill: Bill, place: number, { deviations }: Expectation): string {
  const deviation = deviations?.[place];
  return `${figuresOf({ ...bill.usage, ...deviation?.reads(bill.usage) })} ${deviation?.status ?? 'priced'}`;
}
