import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../processor/store/database.ts';
import { TollgateError } from '../../src/errors.ts';
import { aCall, nanoOf, openTestApi, type TestApi } from '../api/fill.ts';
import { readCsv } from './charges.ts';

/** Of 2,000 calls a page three pages, of some 15 MB in all: more than a socket takes of a client that reads nothing. */
const CALLS = 4_500;
/** For what happens soon after: how soon is not what is tested. */
const PATIENCE = { timeout: 30_000 };

async function openLarge(questions: (database: Database) => Database): Promise<TestApi> {
  const large = await openTestApi('postgres15', { questions });
  const start = nanoOf('2026-03-31T00:00:00Z');
  const calls = Array.from({ length: CALLS }, (_, index) =>
    aCall(index + 1, { startUnixNano: start + BigInt(index) * 1_000_000n, requestModel: 'm'.repeat(2_000) }),
  );
  await large.fill(calls);
  return large;
}

let api: TestApi;
let address: string;
/** Pages asked for so far, and what fails one by throwing. */
let pages = 0;
let beforePage: (page: number) => void;

beforeAll(async () => {
  const watched = (database: Database): Database => ({
    ...database,
    query: async (statement, values) => {
      if (statement.includes('scanned')) beforePage((pages += 1));
      return database.query(statement, values);
    },
  });
  api = await openLarge(watched);
  address = await api.listen();
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(() => {
  pages = 0;
  beforePage = () => undefined;
});

const headers = { authorization: 'Bearer acme' };

function ask(query: string, of = address): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(`${of}/api/v1/export?${query}`, { headers }, resolve).on('error', reject).end();
  });
}

describe('an export over many pages', () => {
  it('has every call once, in order', async () => {
    const rows = readCsv(await text(await ask('format=csv')));
    expect(rows.map(({ span_id = '' }) => Number.parseInt(span_id, 16))).toEqual(
      Array.from({ length: CALLS }, (_, index) => index + 1),
    );
    expect(pages).toBe(3);
  });

  it('reads no page beyond what the client takes, and none after the client has left', async () => {
    const response = await ask('format=jsonl');
    // The first page is larger than all that lies between the service and a client that reads nothing.
    await vi.waitFor(() => expect(response.readableLength).toBeGreaterThan(0), PATIENCE);
    expect(pages).toBeLessThan(3);
    response.destroy();
    // Its place is free again: four more are taken at once.
    await vi.waitFor(async () => {
      const others = await Promise.all([1, 2, 3, 4].map(() => ask('format=jsonl&model=none')));
      const statuses = others.map(({ statusCode }) => statusCode);
      await Promise.all(others.map((other) => text(other)));
      expect(statuses).toEqual([200, 200, 200, 200]);
    }, PATIENCE);
  });

  it('gives its place to others where the client has left before there was anything to send', async () => {
    beforePage = () => {
      throw new TollgateError('overloaded', 'come again', { retryAfterSeconds: 3_600 });
    };
    const abandoned = [1, 2, 3, 4].map(() => {
      const sent = request(`${address}/api/v1/export?model=none`, { headers }).on('error', () => undefined);
      return sent.end();
    });
    await vi.waitFor(() => expect(pages).toBe(4), PATIENCE);
    for (const sent of abandoned) sent.destroy();
    beforePage = () => undefined;
    await vi.waitFor(async () => {
      const other = await ask('model=none');
      await text(other);
      expect(other.statusCode).toBe(200);
    }, PATIENCE);
  });

  it('is cut off where a page cannot be read: no end that looks like one', async () => {
    beforePage = (page) => {
      if (page === 3) throw new TollgateError('store_unavailable', 'gone');
    };
    const response = await ask('format=csv');
    expect(response.statusCode).toBe(200);
    await expect(text(response)).rejects.toThrow('aborted');
    expect(response.complete).toBe(false);
  });

  it('is answered with a problem where not even the first page can be read', async () => {
    beforePage = () => {
      throw new TollgateError('store_unavailable', 'gone', { retryAfterSeconds: 5 });
    };
    const { status, body, headers: answered } = await api.get('/api/v1/export');
    expect([status, body.code, answered['retry-after']]).toEqual([503, 'store_unavailable', '5']);
    expect(answered['content-disposition']).toBeUndefined();
  });

  it('waits where too much waits, and goes on', async () => {
    beforePage = (page) => {
      if (page === 2) throw new TollgateError('overloaded', 'come again', { retryAfterSeconds: 0 });
    };
    const rows = readCsv(await text(await ask('format=csv')));
    expect([rows.length, pages]).toEqual([CALLS, 4]);
  });

  it('is refused beside four others, with a time to come again', async () => {
    // Each holds its place while nobody reads it: the pages do not fit between.
    const held = await Promise.all([1, 2, 3, 4].map(() => ask('format=jsonl')));
    const fifth = await ask('format=jsonl');
    expect([fifth.statusCode, fifth.headers['retry-after']]).toEqual([503, '10']);
    expect(JSON.parse(await text(fifth))).toMatchObject({ code: 'overloaded' });
    for (const each of held) each.destroy();
  });

  it('does not hold up a stop: it is cut off where nobody reads it', async () => {
    const stopped = await openLarge((database) => database);
    const response = await ask('format=jsonl', await stopped.listen());
    await stopped[Symbol.asyncDispose]();
    await expect(text(response)).rejects.toThrow('aborted');
  });
});
