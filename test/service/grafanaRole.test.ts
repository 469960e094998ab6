import { describe, expect, it } from 'vitest';
import type { CommandContext } from '../../processor/commands/command.ts';
import { makeGrafanaRole } from '../../processor/commands/grafanaRole.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { makeCall } from '../support/exports.ts';
import { storeCalls } from '../support/storeCalls.ts';

const contextOf = (test: TestDatabase): CommandContext => ({
  database: test.database,
  now: () => new Date('2026-11-21T12:00:00Z'),
  keysChanged: () => undefined,
});

async function openAs(test: TestDatabase, role: { role: string; password: string }) {
  const url = new URL(test.url ?? '');
  url.username = role.role;
  url.password = role.password;
  return openDatabase({ databaseUrl: url.href, dataDir: '' });
}

describe('a role for Grafana', () => {
  it.each(['postgres15', 'postgres18'] as const)(
    'sees its tenant in the views and nothing else, on %s',
    async (kind) => {
      await using test = await openTestDatabase(kind);
      await storeCalls(test.database, 'acme', [makeCall(), makeCall()]);
      await storeCalls(test.database, 'other', [makeCall()]);
      const made = await makeGrafanaRole(contextOf(test), { tenant: 'acme' });
      const role = made.data as { role: string; password: string };
      const reader = await openAs(test, role);
      try {
        // 2 × 0.0035 USD
        const seen = [{ tenant: 'acme', cost_usd: '0.007000000000000' }];
        expect(await reader.query('select tenant, cost_usd from cost_daily')).toEqual(seen);
        expect(
          await reader.query('select tenant, sum(cost_usd) as cost_usd from tollgate.calls group by tenant'),
        ).toEqual(seen);
        await expect(reader.query('select * from tollgate_data.rollup_daily')).rejects.toMatchObject({ code: '42501' });
        await expect(reader.query('delete from tollgate.cost_daily')).rejects.toThrow();
        await expect(reader.query('create table tollgate.t (a int)')).rejects.toThrow();
      } finally {
        await reader.close();
        await test.database.query(`drop owned by ${role.role}`);
        await test.database.query(`drop role ${role.role}`);
      }
    },
  );

  it('has a name that PostgreSQL takes, whatever the tenant is called', async () => {
    await using test = await openTestDatabase('postgres18');
    const tenant = `Größe "x"; drop schema tollgate; -- ${'y'.repeat(100)}`;
    const role = (await makeGrafanaRole(contextOf(test), { tenant })).data as { role: string; password: string };
    expect(role.role).toMatch(/^tollgate_gr_e_x_drop_schema_tollgate_[a-z_]*_[0-9a-f]{8}$/);
    const reader = await openAs(test, role);
    expect(await reader.query('select current_user as name')).toEqual([{ name: role.role }]);
    await reader.close();
    const rows = await test.database.query('select tenant from tollgate_data.sql_roles where role_name = $1', [
      role.role,
    ]);
    expect(rows).toEqual([{ tenant }]);
    await test.database.query(`drop owned by ${role.role}`);
    await test.database.query(`drop role ${role.role}`);
  });

  it('is refused by the embedded store in plain words', async () => {
    await using test = await openTestDatabase('embedded');
    await expect(makeGrafanaRole(contextOf(test), { tenant: 'acme' })).rejects.toMatchObject({
      code: 'bad_parameter',
      message: expect.stringContaining('needs PostgreSQL') as string,
    });
  });
});
