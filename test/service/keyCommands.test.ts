import { describe, expect, it } from 'vitest';
import { findKeyByHash, hashKey } from '../../processor/access/keys.ts';
import type { CommandContext } from '../../processor/commands/command.ts';
import { createKey, showKeys, withdrawKey } from '../../processor/commands/keys.ts';
import { openTestDatabase, type StoreKind } from '../support/database.ts';

const NOW = new Date('2026-11-21T12:00:00Z');

async function withContext(
  kind: StoreKind,
  work: (context: CommandContext, changes: () => number) => Promise<void>,
): Promise<void> {
  await using test = await openTestDatabase(kind);
  let changes = 0;
  const context = { database: test.database, now: () => NOW, keysChanged: () => void (changes += 1) };
  await work(context, () => changes);
}

const wanted = { tenant: 'acme', scopes: ['ingest', 'query'], agent: null, name: 'ci' };

describe.each(['embedded', 'postgres15'] as const)('keys on %s', (kind) => {
  it('are made, listed and revoked, and each act stands in the audit log', async () => {
    await withContext(kind, async (context, changes) => {
      const made = await createKey(context, wanted);
      const { id, key } = made.data as { id: string; key: string };
      expect(key).toMatch(/^tg_[A-Za-z0-9_-]{43}$/);
      expect(made.lines).toContain(key);
      expect(await findKeyByHash(context.database, hashKey(key))).toMatchObject({
        id,
        tenant: 'acme',
        revokedAt: null,
      });

      const listed = await showKeys(context, { tenant: null });
      expect(listed.table?.rows).toEqual([[id, 'ci', 'acme', 'ingest,query', null, null, NOW.toISOString(), null]]);
      expect(JSON.stringify(listed)).not.toContain(key);
      expect((await showKeys(context, { tenant: 'other' })).data).toEqual([]);

      await withdrawKey(context, { id });
      expect((await findKeyByHash(context.database, hashKey(key)))?.revokedAt).toEqual(NOW);
      expect(changes()).toBe(2);
      const actions = await context.database.query(
        'select tenant, key_id, action, detail from tollgate_data.audit_log order by id',
      );
      expect(actions).toMatchObject([
        { tenant: 'acme', key_id: null, action: 'key.create', detail: { id, scopes: ['ingest', 'query'] } },
        { tenant: 'acme', key_id: null, action: 'key.revoke', detail: { id, name: 'ci' } },
      ]);
      expect(JSON.stringify(actions)).not.toContain(key);
    });
  });
});

describe('keys', () => {
  it('keep their limits, from the command line as digits, and are listed with them', async () => {
    await withContext('postgres18', async (context) => {
      const limits = { max_requests_per_second: '50', max_spans_per_second: 2000, max_body_bytes: '1024' };
      const { data } = await createKey(context, { ...wanted, ...limits });
      const { key } = data as { key: string };
      expect((await findKeyByHash(context.database, hashKey(key)))?.limits).toEqual({
        maxRequestsPerSecond: 50,
        maxSpansPerSecond: 2000,
        maxBodyBytes: 1024,
      });
      const listed = await showKeys(context, { tenant: null });
      expect(listed.table?.rows[0]?.[5]).toBe('50 requests/s, 2000 spans/s, 1024 bytes');
      expect(listed.data).toMatchObject([
        { max_requests_per_second: 50, max_spans_per_second: 2000, max_body_bytes: 1024 },
      ]);
    });
  });

  it.each([
    [{ max_requests_per_second: '0' }, 'max_requests_per_second: expected a whole number from 1 to 1000000000'],
    [{ max_spans_per_second: '1.5' }, 'max_spans_per_second: expected a whole number from 1 to 1000000000'],
    [{ max_body_bytes: '1023' }, 'max_body_bytes: expected a whole number from 1024 to 1000000000'],
    [{ max_body_bytes: 'many' }, 'max_body_bytes: expected a whole number from 1024 to 1000000000'],
    [{ agent: '  ' }, 'agent: expected more than blanks'],
  ])('are refused with %j', async (changes, message) => {
    await withContext('postgres18', async (context) => {
      await expect(createKey(context, { ...wanted, ...changes })).rejects.toMatchObject({ message });
    });
  });

  it('are refused with all that is wrong', async () => {
    await withContext('postgres18', async (context) => {
      const refusal = createKey(context, { tenant: '', scopes: ['ingest', 'write'], agent: 'a\nb', name: null });
      await expect(refusal).rejects.toMatchObject({
        code: 'bad_parameter',
        message:
          'tenant: expected 1 to 200 characters, none of them a control character; ' +
          'scopes.1: expected one or more of ingest, query, policy, admin; ' +
          'agent: expected 1 to 200 characters, none of them a control character',
      });
      expect(await context.database.query('select 1 from tollgate_data.api_keys')).toEqual([]);
      await expect(withdrawKey(context, { id: 'none' })).rejects.toMatchObject({ code: 'not_found' });
    });
  });

  it('keep the time of their first revocation', async () => {
    await withContext('postgres18', async (context) => {
      const { id } = (await createKey(context, wanted)).data as { id: string };
      await withdrawKey(context, { id });
      const later = { ...context, now: () => new Date('2026-11-22T00:00:00Z') };
      expect((await withdrawKey(later, { id })).data).toMatchObject({ id, revoked_at: NOW.toISOString() });
    });
  });
});
