import { audit } from '../../processor/store/audit.ts';
import { contentOfCall, contentOfSpan, isBetter } from '../../processor/store/content.ts';
import type { TestDatabase } from '../support/database.ts';
import { audit as auditSpans, type Audited, type Received } from './auditor.ts';
import { differences } from './books.ts';
import { Delivery, drawBatches } from './deliver.ts';
import { ledgerFaults } from './ledgerShape.ts';
import { auditedBooks, booksOf, storedBooks, type Books } from './storedBooks.ts';
import { drawCase, receive, type Exported } from './traces.ts';
import { Draw } from './traces/draw.ts';

/** One case of a round: its spans, and a tenant of its own. */
export interface Case {
  readonly seed: number;
  readonly tenant: string;
  readonly exported: readonly Exported[];
}

export interface Round {
  readonly spans: number;
  readonly batches: number;
  readonly crashes: number;
  /** By tenant; empty where the books agree. */
  readonly wrong: ReadonlyMap<string, readonly string[]>;
}

/** A time after every delay. */
const LATER_MS = Number.MAX_SAFE_INTEGER;

/** The one thing the auditor is given: which of two copies the store keeps. A call or container is more than a plain span. */
export function isBetterCopy(one: Received, other: Received): boolean {
  if ((one.call === null) !== (other.call === null)) return one.call !== null;
  const content = ({ call, span, keyAgent }: Received) =>
    call === null ? contentOfSpan(span) : contentOfCall(call, keyAgent);
  return isBetter(content(one), content(other));
}

export function auditExported(exported: readonly Exported[]): Audited {
  return auditReceived(exported.map((each) => receive(each, 0)));
}

export function auditReceived(received: readonly Received[]): Audited {
  return auditSpans(received, { isBetter: isBetterCopy, nowMs: LATER_MS, settleDelayMs: 0 });
}

/** Cases of consecutive seeds, each with a tenant of its own. */
export function drawCases(firstSeed: number, count: number): readonly Case[] {
  return Array.from({ length: count }, (_, number) => {
    const seed = firstSeed + number;
    const tenant = `seed${seed}`;
    return { seed, tenant, exported: drawCase(seed, tenant) };
  });
}

/** Delivers all cases at once to an emptied store, and compares everything it then says with the auditor. */
export async function runRound(place: TestDatabase, cases: readonly Case[], seed: number): Promise<Round> {
  await emptyStore(place);
  const draw = new Draw(seed);
  const batches = cases.map(({ exported }) => drawBatches(draw, exported));
  const delivery = await Delivery.open(draw, place);
  await delivery.deliver(batches);
  await delivery.finish();

  const stored = await storedBooks(place.database);
  const wrong = new Map<string, readonly string[]>();
  for (const { tenant, exported } of cases) {
    const mine = (of: string): boolean => of === tenant || of === `${tenant}-other`;
    const found = booksDiffer(auditExported(exported), booksOf(stored, mine));
    if (found.length > 0) wrong.set(tenant, found);
  }
  for (const [key, faults] of await ledgerFaults(place.database)) {
    const tenant = key.split(' ')[0] ?? '';
    wrong.set(tenant, [...(wrong.get(tenant) ?? []), ...faults]);
  }
  for (const { table, key } of (await audit(place.database)).differences) {
    const tenant = String(key['tenant']);
    wrong.set(tenant, [
      ...(wrong.get(tenant) ?? []),
      `${table}: the store's own audit differs at ${JSON.stringify(key)}`,
    ]);
  }
  return {
    spans: cases.reduce((sum, { exported }) => sum + exported.length, 0),
    batches: batches.flat().length,
    crashes: delivery.crashes,
    wrong,
  };
}

/** What is stored differently than audited; empty where the books agree. */
export function booksDiffer(audited: Audited, found: Books): readonly string[] {
  return Object.entries(auditedBooks(audited)).flatMap(([table, expected]) =>
    differences(expected, found[table] ?? new Map()).map((line) => `${table} ${line}`),
  );
}

/** Every table but the migrations' and the policy's epoch, whose one row is the schema's own. */
export async function emptyStore({ database }: TestDatabase): Promise<void> {
  const tables = await database.query<{ name: string }>(`
    select 'tollgate_data.' || relname as name from pg_class
    where relnamespace = 'tollgate_data'::regnamespace and relkind in ('r', 'p') and not relispartition
      and relname not in ('migrations', 'policy_epoch')`);
  await database.query(`truncate ${tables.map(({ name }) => name).join(', ')}`);
}
