import { Metadata, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../processor/store/database.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { callGrpc } from './grpcCall.ts';
import { makeKey } from './keys.ts';
import { type RunningHere, startHere } from './running.ts';
import { grpcStops } from './walk.ts';

let service: RunningHere;
let database: Database;
const keys = { ingest: '', query: '', revoked: '' };
beforeAll(async () => {
  service = await startHere('postgres18');
  database = await openDatabase({ databaseUrl: service.databaseUrl, dataDir: service.dataDir });
  keys.ingest = (await makeKey(database, 'acme', { scopes: ['ingest'] })).key;
  keys.query = (await makeKey(database, 'acme', { scopes: ['query', 'policy', 'admin'] })).key;
  keys.revoked = (await makeKey(database, 'acme', { scopes: ['ingest'], isRevoked: true })).key;
  while ((await callGrpc(service.grpc, new Metadata())).code !== status.UNAUTHENTICATED);
});
afterAll(async () => {
  await database.close();
  await service[Symbol.asyncDispose]();
});

function metadataOf(entries: readonly (readonly [string, string | Buffer])[]): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of entries) metadata.add(name, value);
  return metadata;
}

const UNKNOWN = `tg_${'A'.repeat(43)}`;

describe.each(grpcStops)('%s', (path) => {
  const code = async (...entries: (readonly [string, string | Buffer])[]) =>
    (await callGrpc(service.grpc, metadataOf(entries), new Uint8Array(), path)).code;

  it('takes a key of the scope ingest in either place', async () => {
    expect(await code(['authorization', `Bearer ${keys.ingest}`])).toBe(status.OK);
    expect(await code(['x-api-key', keys.ingest])).toBe(status.OK);
  });

  it('refuses none, a malformed, an unknown and a revoked one as not authenticated', async () => {
    expect(await code()).toBe(status.UNAUTHENTICATED);
    for (const key of ['', 'tg_short', UNKNOWN, keys.revoked, `${keys.ingest} `.repeat(2)]) {
      expect(await code(['authorization', `Bearer ${key}`])).toBe(status.UNAUTHENTICATED);
      expect(await code(['x-api-key', key])).toBe(status.UNAUTHENTICATED);
    }
  });

  it('refuses one of other scopes as not permitted', async () => {
    expect(await code(['authorization', `Bearer ${keys.query}`])).toBe(status.PERMISSION_DENIED);
    expect(await code(['x-api-key', keys.query])).toBe(status.PERMISSION_DENIED);
  });

  it('reads no key out of binary metadata, and is not troubled by any of it', async () => {
    expect(await code(['authorization-bin', Buffer.from(`Bearer ${keys.ingest}`)])).toBe(status.UNAUTHENTICATED);
    expect(await code(['x-api-key-bin', Buffer.from(keys.ingest)])).toBe(status.UNAUTHENTICATED);
    const noise = Buffer.from([0, 255, 10, 13]);
    expect(await code(['x-api-key', keys.ingest], ['noise-bin', noise], ['noise-bin', noise])).toBe(status.OK);
  });

  it('takes no key that is sent twice, and of the two places goes by authorization', async () => {
    const good = `Bearer ${keys.ingest}`;
    expect(await code(['x-api-key', keys.ingest], ['x-api-key', UNKNOWN])).toBe(status.UNAUTHENTICATED);
    expect(await code(['x-api-key', UNKNOWN], ['x-api-key', keys.ingest])).toBe(status.UNAUTHENTICATED);
    expect(await code(['authorization', `Bearer ${UNKNOWN}`], ['x-api-key', keys.ingest])).toBe(status.UNAUTHENTICATED);
    expect(await code(['authorization', good], ['x-api-key', UNKNOWN])).toBe(status.OK);
    expect(await code(['authorization', good], ['noise', 'a'], ['noise', 'b'])).toBe(status.OK);
  });
});
