import { describe, expect, it } from 'vitest';
import type { Share } from '../../processor/store/shares.ts';
import { Turns } from '../../processor/store/turns.ts';

/** All ask while the session is taken; the order in which they get their turns. */
async function orderOf(asked: readonly Share[], first: Share = 'access'): Promise<Share[]> {
  const turns = new Turns();
  const end = await turns.take(first);
  const order: Share[] = [];
  const all = asked.map(async (share) => {
    const done = await turns.take(share);
    order.push(share);
    await Promise.resolve();
    done();
  });
  end();
  await Promise.all(all);
  return order;
}

describe('turns at the embedded session', () => {
  it('lets a commit wait for one question, however many wait', async () => {
    expect(await orderOf(['questions', 'questions', 'questions', 'ingest'], 'questions')).toEqual([
      'ingest',
      'questions',
      'questions',
      'questions',
    ]);
  });

  it('lets the gate go first', async () => {
    expect((await orderOf(['questions', 'ingest', 'upkeep', 'gate']))[0]).toBe('gate');
  });

  it('does not let the gate go twice in a row while another waits', async () => {
    expect(await orderOf(['gate', 'gate', 'gate', 'ingest', 'questions'])).toEqual([
      'gate',
      'ingest',
      'gate',
      'questions',
      'gate',
    ]);
  });

  it('gives each of the others a turn before any has a second', async () => {
    const order = await orderOf(['ingest', 'ingest', 'questions', 'questions', 'upkeep', 'upkeep']);
    expect(order.slice(0, 3).toSorted()).toEqual(['ingest', 'questions', 'upkeep']);
    expect(order.slice(3).toSorted()).toEqual(['ingest', 'questions', 'upkeep']);
  });

  it('gives the event loop many turns between two of the store, since it takes one new connection in each', async () => {
    const turns = new Turns();
    const end = await turns.take('ingest');
    const next = turns.take('ingest');
    let loopTurns = 0;
    let isCounting = true;
    const count = (): void => {
      loopTurns += 1;
      if (isCounting) setImmediate(count);
    };
    setImmediate(count);
    end();
    const done = await next;
    isCounting = false;
    done();
    expect(loopTurns).toBeGreaterThan(16);
  });

  it('counts who waits, and is free when all have had their turns', async () => {
    const turns = new Turns();
    const end = await turns.take('gate');
    const next = turns.take('ingest');
    expect([turns.waiting('ingest'), turns.waiting('gate')]).toEqual([1, 0]);
    end();
    (await next)();
    expect(turns.waiting('ingest')).toBe(0);
    (await turns.take('questions'))();
  });
});
