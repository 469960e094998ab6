import { describe, expect, it } from 'vitest';
import { claimDeliveries } from '../../processor/alerts/statements/claimDeliveries.ts';
import { openTestDatabase, storeKinds } from '../support/database.ts';
import { deliver, quickTimes, refusals, states, until, webhook, write } from './delivering.ts';
import { startReceiver, type Behaviour, type Received } from './receiver.ts';

const EVENTS = 30;

/** Every event meets trouble at its first two attempts, of another kind each, and every fifth never is acknowledged at the third either. */
function troubled({ body, attempt }: Received): Behaviour {
  const number = Number(body.data['number']);
  const troubles: readonly Behaviour[] = [{ status: 500 }, 'hang', 'drop answer', { status: 503 }];
  if (attempt <= 2) return troubles[(number + attempt) % troubles.length] ?? 'hang';
  return attempt === 3 && number % 5 === 0 ? 'drop answer' : { status: 204 };
}

describe.each(storeKinds)('webhooks to a receiver that fails, times out and answers twice, on %s', (kind) => {
  it('have each event there at least once, and once by id, over a restart and a crash', async () => {
    await using place = await openTestDatabase(kind);
    await using receiver = await startReceiver(troubled);
    const { database } = place;
    const endpoints = [webhook(receiver.url)];
    await write(database, endpoints, refusals(EVENTS));

    // A process that takes three deliveries and dies before it sends them.
    // Whose answer is waited for no longer than this, and when another takes what it left.
    const times = { ...quickTimes, timeoutMs: 300, visibilityMs: 2_000 };
    const { visibilityMs } = times;
    expect(await claimDeliveries(database, ['hook'], { limit: 3, visibilityMs })).toHaveLength(3);
    const first = deliver(database, endpoints, { times });
    await until(() => first.outcomes.length >= EVENTS);
    await first.stop();
    expect(await states(database)).not.toEqual({ delivered: EVENTS });
    const second = deliver(database, endpoints, { times });
    await until(async () => (await states(database))['delivered'] === EVENTS);
    await second.stop();

    expect([...first.faults, ...second.faults]).toEqual([]);
    const { received } = receiver;
    expect(received.filter(({ isVerified }) => !isVerified)).toEqual([]);
    const numbersById = new Map(received.map(({ id, body }) => [id, Number(body.data['number'])]));
    // By id each once: as many ids as events, and no event under two ids.
    expect([...numbersById.values()].sort((a, b) => a - b)).toEqual(Array.from({ length: EVENTS }, (_, n) => n));
    // Three attempts each at least, and one more for every fifth.
    expect(received.length).toBeGreaterThanOrEqual(3 * EVENTS + EVENTS / 5);
    expect(await states(database)).toEqual({ delivered: EVENTS });
  }, 120_000);

  it('send nothing twice where two replicas deliver and all is well', async () => {
    await using place = await openTestDatabase(kind);
    await using receiver = await startReceiver(() => ({ status: 200 }));
    const endpoints = [webhook(receiver.url)];
    await write(place.database, endpoints, refusals(100));
    const replicas = [deliver(place.database, endpoints), deliver(place.database, endpoints)];
    await until(async () => (await states(place.database))['delivered'] === 100);
    for (const replica of replicas) await replica.stop();
    expect(receiver.received).toHaveLength(100);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(100);
  }, 120_000);
});
