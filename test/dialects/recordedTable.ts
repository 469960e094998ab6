import type { KnownDoubleCount } from '../charging/knownDoubleCounts.ts';
import type { PricedCall } from '../../src/call.ts';
import { tokenTotals, type Usage } from '../../src/usage.ts';
import type { Received } from '../simulation/auditor/row.ts';
import { figuresOf, isNamed, sumOf } from './recordedBills.ts';
import { type Decided, type Fixture, receivedSpan, settleReceived } from './recordedCharges.ts';
import type { Expectation } from './recordedDeviations.ts';
import type { KnownInRecordings } from './recordedDoubleCounts.ts';

/** A fixture, what arrives of it, and what is decided. */
export interface Read {
  readonly fixture: Fixture;
  readonly received: readonly Received[];
  readonly decided: readonly Decided[];
  readonly expectation: Expectation;
}

const LINE_BREAK = '<br>';
const knownTests = '[knownDoubleCounts](../test/charging/knownDoubleCounts.ts)';
const recordingsHead = [
  [
    'recording',
    'what happens',
    'spans',
    'charged of billed',
    'tokens charged',
    'joined by id',
    'read as',
    'not charged',
    'whose',
    'what is said of the charges',
  ],
];
const knownHead = [
  ['known double-count', 'shown by', 'spans', 'tokens in them', 'charged', 'billed', 'what is said of the charges'],
];

export function recordingsTable(reads: readonly Read[]): string {
  return table([...recordingsHead, ...reads.map(recordingRow)]);
}

function recordingRow({ fixture, received, decided, expectation }: Read): string[] {
  const charged = chargedOf(decided);
  const beside = expectation.beside?.length ?? 0;
  return [
    [linkTo(fixture.path), versionOf(fixture), ...(fixture.recordedBy === null ? ['written by hand'] : [])].join(
      LINE_BREAK,
    ),
    fixture.scenario,
    String(received.length),
    `${charged.length - beside} of ${fixture.bills.length}`,
    figuresOf(sumOf(charged.map(({ call }) => call.usage))),
    idsOf(fixture, charged),
    tally(charged.map(({ call }) => `\`${call.dialect}\` ${call.cacheSemantics ?? 'no usage'}`)),
    tally(decided.filter(({ charge }) => charge !== 'charged').map(ruleOf)),
    expectation.by.join(LINE_BREAK),
    tally(remarksOf(fixture, expectation)),
  ];
}

export function knownTable(
  inRecordings: readonly KnownInRecordings[],
  reads: readonly Read[],
  written: readonly KnownDoubleCount[],
): string {
  const recorded = inRecordings.flatMap(({ name, paths }) =>
    paths.flatMap((path, place) => {
      const read = reads.find(({ fixture }) => fixture.path === path);
      return read === undefined ? [] : [[place === 0 ? name : '', ...knownCells(read)]];
    }),
  );
  const inTests = written.map(({ name, spans, charged }) => {
    const received = spans.map(receivedSpan);
    const tokensCharged = tokensOf(callsCharged(settleReceived(received)));
    return [name, knownTests, ...wireOf(received), `${tokensCharged}: ${charged.join(', ')}`, tokensCharged, '–'];
  });
  return table([...knownHead, ...recorded, ...inTests]);
}

function knownCells({ fixture, received, decided, expectation }: Read): string[] {
  const billed = fixture.bills.reduce((sum, { usage }) => sum + allTokens(usage), 0);
  return [
    linkTo(fixture.path),
    ...wireOf(received),
    tokensOf(callsCharged(decided)),
    thousands(billed),
    tally(remarksOf(fixture, expectation)),
  ];
}

function chargedOf(decided: readonly Decided[]): Decided[] {
  return decided.filter(({ charge }) => charge === 'charged');
}

function callsCharged(decided: readonly Decided[]): PricedCall[] {
  return chargedOf(decided).map(({ call }) => call);
}

/** The spans of calls and totals that bear usage, and the sum of their tokens: what counting each of them comes to. */
function wireOf(received: readonly Received[]): [spans: string, tokens: string] {
  const bearing = received.flatMap(({ call }) => (call !== null && allTokens(call.usage) > 0 ? [call] : []));
  return [String(bearing.length), tokensOf(bearing)];
}

function tokensOf(calls: readonly PricedCall[]): string {
  return thousands(calls.reduce((sum, { usage }) => sum + allTokens(usage), 0));
}

function allTokens(usage: Usage): number {
  const { inputTokens, outputTokens } = tokenTotals(usage);
  return inputTokens + outputTokens;
}

function thousands(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

function linkTo(path: string): string {
  return `[${path}](../test/fixtures/recorded/${path}.json)`;
}

/** The version of the source, or where it is known by its parts, of the first of them. */
function versionOf({ source, versions }: Fixture): string {
  const [first] = Object.entries(versions);
  const own = versions[source];
  if (own !== undefined) return `${source} ${own}`;
  return first === undefined ? source : `${source}: ${first.join(' ')}`;
}

function idsOf({ bills }: Fixture, charged: readonly Decided[]): string {
  const named = charged.filter((one) => bills.some((bill) => isNamed(one, bill)));
  const byResponse = named.filter(({ call }) => bills.some(({ response_id: id }) => id === call.responseId)).length;
  const parts = [
    ...(byResponse > 0 ? [`response id ${byResponse}`] : []),
    ...(named.length > byResponse ? [`request id ${named.length - byResponse}`] : []),
  ];
  return parts.length === 0 ? '–' : parts.join(', ');
}

function ruleOf({ charge, chargeReason }: Decided): string {
  return charge === 'duplicate'
    ? `duplicate: ${chargeReason?.split(' ')[0] ?? ''}`
    : `${charge}: ${chargeReason ?? ''}`;
}

function remarksOf({ bills }: Fixture, { deviations = {}, unseen = {}, beside = [] }: Expectation): string[] {
  return [
    ...Object.values(deviations).map(({ status, reason }) => `${status}: ${reason}`),
    ...Object.values(unseen).map((reason) => `not charged: ${reason}`),
    ...beside.map(({ reason }) => `beside the ${bills.length}: ${reason}`),
  ];
}

/** Each distinct line once, with how often where that is more than once. */
function tally(lines: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  const tallied = [...counts].map(([line, count]) => (count === 1 ? line : `${count} × ${line}`));
  return tallied.length === 0 ? '–' : tallied.sort(byText).join(LINE_BREAK);
}

function byText(one: string, two: string): number {
  const bare = (line: string): string => line.replace(/^\d+ × /, '');
  return bare(one) < bare(two) ? -1 : 1;
}

function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows.map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
  return [head, `|${'---|'.repeat(rows[0]?.length ?? 0)}`, ...body].join('\n');
}
