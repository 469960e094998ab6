import { describe, expect, it } from 'vitest';
import { transact } from '../../processor/gate/transact.ts';
import type { Database } from '../../processor/store/database.ts';
import { TollgateError } from '../../src/errors.ts';

function serverFault(code: string): Error {
  return Object.assign(new Error(`SQLSTATE ${code}`), { code });
}

function unavailable(cause: Error): TollgateError {
  return new TollgateError('store_unavailable', 'The store cannot be reached', { cause, retryAfterSeconds: 5 });
}

const terminated = unavailable(new Error('Connection terminated unexpectedly'));

/** A store whose transactions end with these faults in turn, after their work or before it, and then with commits. */
function failing(faults: readonly { readonly at: 'begin' | 'commit'; readonly fault: Error }[]): Database {
  let count = 0;
  const client = { query: () => Promise.resolve([]) };
  return {
    kind: 'postgres',
    ...client,
    async transaction(work) {
      const failure = faults[count];
      count += 1;
      if (failure?.at === 'begin') throw failure.fault;
      const result = await work(client);
      if (failure !== undefined) throw failure.fault;
      return result;
    },
    close: () => Promise.resolve(),
  };
}

/** What each attempt was told, and how it ended. */
async function attempts(faults: Parameters<typeof failing>[0]) {
  const told: boolean[] = [];
  const result = await transact(failing(faults), (_client, isRepeated) => {
    told.push(isRepeated);
    return Promise.resolve('done');
  }).catch((fault: unknown) => fault);
  return { told, result };
}

const times = <Fault>(count: number, fault: Fault): Fault[] => Array.from({ length: count }, () => fault);

describe('a transaction of the gate', () => {
  it.each(['40001', '40P01', '23505'])('that lost a race (%s) is run again, and told so', async (code) => {
    const lost = { at: 'commit', fault: serverFault(code) } as const;
    expect(await attempts([lost, lost])).toEqual({ told: [false, true, true], result: 'done' });
  });

  it('is run 5 times at most', async () => {
    const fault = serverFault('40P01');
    const lost = { at: 'commit', fault } as const;
    expect(await attempts(times(4, lost))).toEqual({ told: [false, true, true, true, true], result: 'done' });
    expect(await attempts(times(5, lost))).toEqual({ told: [false, true, true, true, true], result: fault });
  });

  it.each([
    ['a connection that broke', new Error('Connection terminated unexpectedly')],
    ['a socket that was closed', serverFault('EPIPE')],
    ['a server that was told to stop', serverFault('57P01')],
  ])('whose commit is unknown (%s) is run again to find out', async (_, cause) => {
    const lost = { at: 'commit', fault: unavailable(cause) } as const;
    expect(await attempts([lost, { at: 'begin', fault: terminated }])).toEqual({ told: [false, true], result: 'done' });
  });

  it.each(['57014', '53100', '55P03'])('that the server rolled back (%s) is not', async (code) => {
    const fault = unavailable(serverFault(code));
    expect(await attempts([{ at: 'commit', fault }])).toEqual({ told: [false], result: fault });
  });

  it('that never began is not: there is nothing to find out', async () => {
    expect(await attempts([{ at: 'begin', fault: terminated }])).toEqual({ told: [], result: terminated });
  });

  it('that fails for any other reason is not', async () => {
    const fault = serverFault('22003');
    expect(await attempts([{ at: 'commit', fault }])).toEqual({ told: [false], result: fault });
  });
});
