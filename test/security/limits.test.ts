import { gzipSync } from 'node:zlib';
import { Metadata, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyLimits } from '../../processor/access/quota.ts';
import type { Database } from '../../processor/store/database.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { getCosts } from '../support/asking.ts';
import { makeCall, traceExport } from '../support/exports.ts';
import { callGrpc } from './grpcCall.ts';
import { allScopes, bearer, makeKey, type TestKey } from './keys.ts';
import { type RunningHere, startHere } from './running.ts';

const BODY_BYTES = 2_048;

let service: RunningHere;
let database: Database;
beforeAll(async () => {
  service = await startHere('postgres18');
  database = await openDatabase({ databaseUrl: service.databaseUrl, dataDir: service.dataDir });
  await makeKey(database, 'first', { scopes: ['query'] });
  while ((await fetch(`http://${service.api}/api/v1/costs`)).status !== 401);
});
afterAll(async () => {
  await database.close();
  await service[Symbol.asyncDispose]();
});

let tenants = 0;
function limited(limits: Partial<KeyLimits>): Promise<TestKey> {
  tenants += 1;
  const none = { maxRequestsPerSecond: null, maxSpansPerSecond: null, maxBodyBytes: null };
  return makeKey(database, `tenant-${tenants}`, { scopes: allScopes, limits: { ...none, ...limits } });
}

interface Sent {
  readonly body: string | Uint8Array | ReadableStream;
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

function post(url: string, key: TestKey, { body, method = 'POST', headers = {} }: Sent): Promise<Response> {
  const init = { method, body, headers: { 'content-type': 'application/json', ...bearer(key), ...headers } };
  return fetch(`http://${url}`, { ...init, duplex: 'half' } as RequestInit);
}

const metadataOf = (key: TestKey): Metadata => {
  const metadata = new Metadata();
  metadata.set('x-api-key', key.key);
  return metadata;
};

/** Without a Content-Length. */
const streamed = (text: string): ReadableStream => new Blob([text]).stream();
const padded = (json: string, bytes: number): string => json + ' '.repeat(bytes - json.length);

describe('the size of bodies that a key may send', () => {
  let key: TestKey;
  beforeAll(async () => {
    key = await limited({ maxBodyBytes: BODY_BYTES });
  });

  it('holds over OTLP/HTTP, before decompression and after it', async () => {
    const url = `${service.http}/v1/traces`;
    const fits = padded('{}', BODY_BYTES);
    const gzip = { 'content-encoding': 'gzip' };
    expect((await post(url, key, { body: fits })).status).toBe(200);
    expect((await post(url, key, { body: streamed(fits) })).status).toBe(200);
    expect((await post(url, key, { body: gzipSync(fits), headers: gzip })).status).toBe(200);
    expect((await post(url, key, { body: `${fits} ` })).status).toBe(413);
    expect((await post(url, key, { body: streamed(`${fits} `) })).status).toBe(413);
    const answer = await post(url, key, { body: gzipSync(`${fits} `), headers: gzip });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining('at most 2048 bytes') as string });
  });

  it('holds over gRPC, whose refusal says that coming again is of no use', async () => {
    // Field 15 is unknown, and skipped: tag, two bytes of length, content.
    const bodyOf = (bytes: number) =>
      Buffer.concat([Buffer.from([0x7a, ((bytes - 3) & 0x7f) | 0x80, (bytes - 3) >> 7]), Buffer.alloc(bytes - 3)]);
    expect((await callGrpc(service.grpc, metadataOf(key), bodyOf(BODY_BYTES))).code).toBe(status.OK);
    expect(await callGrpc(service.grpc, metadataOf(key), bodyOf(BODY_BYTES + 1))).toEqual({
      code: status.RESOURCE_EXHAUSTED,
      message: 'The body: expected at most 2048 bytes, found 2049',
      details: undefined,
    });
  });

  it.each([
    ['PUT', '/api/v1/budgets/b', '{"limit":{"usd":"1"},"window":"day"}'],
    ['POST', '/policy/v1/decisions', '{"subject":{"agent":"a"}}'],
  ])('holds for %s %s', async (method, path, json) => {
    const url = `${service.api}${path}`;
    const fits = padded(json, BODY_BYTES);
    expect((await post(url, key, { method, body: fits })).ok).toBe(true);
    expect((await post(url, key, { method, body: streamed(fits) })).ok).toBe(true);
    for (const body of [`${fits} `, streamed(`${fits} `)]) {
      const refused = await post(url, key, { method, body });
      expect(refused.status).toBe(413);
      expect(await refused.json()).toMatchObject({ code: 'body_too_large' });
    }
  });
});

describe('the requests that a key may send', () => {
  it('are counted together on all ports, and say when to come again', async () => {
    const key = await limited({ maxRequestsPerSecond: 1 });
    const ask = [
      () => post(`${service.http}/v1/traces`, key, { body: '{}' }),
      () => post(`${service.api}/policy/v1/decisions`, key, { body: '{}' }),
      () => fetch(`http://${service.api}/api/v1/costs`, { headers: bearer(key) }),
      () => fetch(`http://${service.api}/metrics`, { headers: bearer(key) }),
    ];
    // Twenty seconds' worth at once: but for a few, all are refused.
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask.map((each) => each())).flat());
    const refused = answers.filter(({ status: code }) => code === 429);
    expect(answers.filter(({ ok }) => ok).length + refused.length).toBe(20);
    expect(refused.length).toBeGreaterThan(3);
    for (const each of refused) expect(Number(each.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    const other = await limited({ maxRequestsPerSecond: 1 });
    expect((await fetch(`http://${service.api}/api/v1/costs`, { headers: bearer(other) })).status).toBe(200);
  });
});

describe('the spans that a key may send', () => {
  it('are owed where they are too many, on HTTP and gRPC alike, while questions are answered', async () => {
    const key = await limited({ maxSpansPerSecond: 1 });
    const calls = Array.from({ length: 200 }, () => makeCall());
    expect((await post(`${service.http}/v1/traces`, key, { body: traceExport(calls) })).status).toBe(200);
    // 199 are owed: at one a second that is two hundred seconds, less those that have passed.
    const refused = await post(`${service.http}/v1/traces`, key, { body: traceExport([makeCall()]) });
    expect(refused.status).toBe(429);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(40);
    expect(seconds).toBeLessThanOrEqual(200);
    const overGrpc = await callGrpc(service.grpc, metadataOf(key));
    expect(overGrpc.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(overGrpc.details?.includes('google.rpc.RetryInfo')).toBe(true);
    expect((await post(`${service.http}/v1/logs`, key, { body: '{}' })).status).toBe(429);
    const { totals } = await getCosts(`http://${service.api}`, 'period=24h', bearer(key));
    expect(totals.calls).toBe(200);
  });
});
