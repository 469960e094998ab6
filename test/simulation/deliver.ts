import type { Database } from '../../processor/store/database.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import type { StoreBatch } from '../../processor/store/store.ts';
import type { TestDatabase } from '../support/database.ts';
import { groupBy } from './auditor/row.ts';
import { Replica, SETTLE_DELAY_MS, type Clock } from './replica.ts';
import type { Draw } from './traces/draw.ts';
import { BASE_MS, receive, type Exported } from './traces.ts';

const REPLICAS_MAX = 4;
/** Batches under way at a time, over all replicas. */
const IN_FLIGHT = 12;
/** Of 1,000 batches so many are followed by a crash, a settling, a jump of the clock. */
const CRASH_PER_MILLE = 12;
const SETTLE_PER_MILLE = 60;
const JUMP_PER_MILLE = 60;
/** The exports of so many cases are under way at the same time. */
const CASES_TOGETHER = 6;
const ATTEMPTS_MAX = 20;

/** In any order, in any batches, some of it again: one export, as it may reach the service. */
export function drawBatches(draw: Draw, exported: readonly Exported[]): readonly StoreBatch[] {
  const again = draw.chance(30) ? exported : exported.filter(() => draw.chance(25));
  const all = [...exported, ...again];
  const ordered = draw.pick([all, all.toReversed(), draw.shuffled(all), draw.shuffled(all)]);
  const sizeMax = draw.pick([1, 2, 4, 8, 100]);
  const batches: StoreBatch[] = [];
  for (let start = 0; start < ordered.length;) {
    const end = start + draw.between(1, sizeMax);
    batches.push(...batchesOf(ordered.slice(start, end)));
    start = end;
  }
  return batches;
}

/** A batch is of one tenant and one key. */
export function batchesOf(exported: readonly Exported[]): readonly StoreBatch[] {
  return groupBy(exported, ({ tenant, keyAgent }) => `${tenant} ${keyAgent}`).map((together) => {
    const received = together.map((each) => receive(each, 0));
    return {
      tenant: together[0]?.tenant ?? '',
      keyAgent: together[0]?.keyAgent ?? null,
      calls: received.flatMap(({ call }) => call ?? []),
      spans: received.flatMap(({ call, span }) => (call === null ? [span] : [])),
    };
  });
}

/** One to four replicas on a database of PostgreSQL; one on the embedded store. */
export class Delivery {
  readonly #draw: Draw;
  readonly #place: TestDatabase;
  readonly #clock: Clock = { nowMs: BASE_MS };
  readonly #connections: { readonly database: Database; readonly name: string; replica: Replica }[] = [];
  readonly #gone: Replica[] = [];
  readonly #killed: Promise<unknown>[] = [];
  crashes = 0;

  private constructor(draw: Draw, place: TestDatabase) {
    this.#draw = draw;
    this.#place = place;
  }

  static async open(draw: Draw, place: TestDatabase): Promise<Delivery> {
    const delivery = new Delivery(draw, place);
    const { url } = place;
    const count = url === undefined ? 1 : draw.between(1, REPLICAS_MAX);
    for (let number = 0; number < count; number += 1) {
      const name = `replica${number}`;
      const database = url === undefined ? place.database : await openNamed(url, name);
      delivery.#connections.push({ database, name, replica: new Replica(database, delivery.#clock) });
    }
    return delivery;
  }

  /** Delivers all batches of all cases, those of a few cases at a time, each until a replica has said that it is committed. */
  async deliver(cases: readonly (readonly StoreBatch[])[]): Promise<void> {
    const queue = cases
      .flatMap((batches, number) =>
        batches.map((batch) => ({ batch, place: number + (this.#draw.below(1000) / 1000) * CASES_TOGETHER })),
      )
      .sort((one, other) => one.place - other.place)
      .map(({ batch }) => batch);
    const lane = async (): Promise<void> => {
      for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) await this.#deliverOne(batch);
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  }

  /** Lets what is under way end, passes every settle delay, and settles until nothing is due. */
  async finish(): Promise<void> {
    await Promise.all(this.#killed);
    await Promise.allSettled(
      [...this.#gone, ...this.#connections.map(({ replica }) => replica)].map((each) => each.close()),
    );
    this.#clock.nowMs += SETTLE_DELAY_MS;
    const last = new Replica(this.#place.database, this.#clock);
    while ((await last.settle()) > 0);
    await last.close();
    for (const { database } of this.#connections) if (database !== this.#place.database) await database.close();
  }

  async #deliverOne(batch: StoreBatch): Promise<void> {
    const faults: unknown[] = [];
    while (faults.length < ATTEMPTS_MAX) {
      const { replica } = this.#draw.pick(this.#connections);
      const committed = replica.commit(batch).then(
        () => true,
        (fault: unknown) => void faults.push(fault),
      );
      this.#disturb();
      if (await committed) return;
    }
    throw new Error(`expected a batch of ${batch.tenant} to be committed within ${ATTEMPTS_MAX} attempts`, {
      cause: faults.at(-1),
    });
  }

  #disturb(): void {
    const event = this.#draw.below(1000);
    if (event < CRASH_PER_MILLE) this.#lose(this.#draw.below(this.#connections.length));
    else if (event < CRASH_PER_MILLE + JUMP_PER_MILLE) this.#clock.nowMs += this.#draw.below(SETTLE_DELAY_MS);
    else if (event < CRASH_PER_MILLE + JUMP_PER_MILLE + SETTLE_PER_MILLE) {
      // Of a replica that is lost meanwhile the settling fails; another one's will do it.
      this.#draw
        .pick(this.#connections)
        .replica.settle()
        .catch(() => undefined);
    }
  }

  /** A replica is gone: killed with its connections, or only cut off. Another takes its place. */
  #lose(number: number): void {
    const connection = this.#connections[number];
    if (connection === undefined) return;
    const { replica, database, name } = connection;
    this.crashes += 1;
    this.#gone.push(replica);
    connection.replica = new Replica(database, this.#clock);
    if (this.#draw.chance(30)) return replica.cutOff();
    replica.crash();
    if (database.kind === 'embedded') return;
    const kill = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and datname = current_database()`;
    this.#killed.push(this.#place.database.query(kill, [name]));
  }
}

function openNamed(url: string, name: string): Promise<Database> {
  const named = new URL(url);
  named.searchParams.set('application_name', name);
  return openDatabase({ databaseUrl: named.href, dataDir: '' });
}
