import { describe, expect, it } from 'vitest';
import { getCosts } from '../support/asking.ts';
import { makeTestPlace } from '../support/database.ts';
import { makeCall, postCalls } from '../support/exports.ts';
import { SERVICE_TEST_TIMEOUT_MS, runTollgate, startService } from '../support/service.ts';

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

async function makeKey(store: readonly string[], ...args: string[]): Promise<{ id: string; key: string }> {
  const made = await runTollgate(['keys', 'create', '--json', ...store, ...args]);
  if (made.code !== 0) throw new Error(made.stderr);
  return JSON.parse(made.stdout) as { id: string; key: string };
}

async function statusOf(url: string, headers: Record<string, string>): Promise<number> {
  return (await fetch(url, { headers })).status;
}

describe('keys made through the socket of the running service', { timeout: SERVICE_TEST_TIMEOUT_MS }, () => {
  it('close the door at once, separate tenants, fix agents, and are revoked at once', async () => {
    await using place = await makeTestPlace('embedded');
    const store = ['--data-dir', place.dataDir];
    await using service = await startService({ args: store });
    expect((await postCalls(service.http, [makeCall()])).status).toBe(200);

    const acme = await makeKey(store, '--tenant', 'acme', '--scope', 'ingest,query', '--name', 'ci');
    const other = await makeKey(store, '--tenant', 'other', '--scope', 'ingest, query', '--agent', 'fixed-bot');
    const operator = await makeKey(store, '--tenant', 'acme', '--scope', 'admin');
    const asked = `${service.api}/api/v1/costs`;
    expect((await postCalls(service.http, [makeCall()])).status).toBe(401);
    expect(await statusOf(asked, {})).toBe(401);
    expect(await statusOf(asked, bearer(operator.key))).toBe(403);
    expect(await statusOf(`${service.api}/metrics`, bearer(acme.key))).toBe(403);
    expect(await statusOf(`${service.api}/metrics`, bearer(operator.key))).toBe(200);
    expect(await statusOf(`${service.api}/healthz`, {})).toBe(200);

    expect((await postCalls(service.http, [makeCall(), makeCall()], bearer(acme.key))).status).toBe(200);
    expect((await postCalls(service.http, [makeCall()], { 'x-api-key': other.key })).status).toBe(200);
    const agents = async (key: string) =>
      (await getCosts(service.api, 'period=24h&group_by=agent', bearer(key))).groups.map(({ agent, calls }) => [
        agent,
        calls,
      ]);
    expect(await agents(acme.key)).toEqual([['support-bot', 2]]);
    expect(await agents(other.key)).toEqual([['fixed-bot', 1]]);

    expect(await runTollgate(['keys', 'revoke', acme.id, ...store])).toMatchObject({ code: 0 });
    expect(await statusOf(asked, bearer(acme.key))).toBe(401);
    expect(await statusOf(asked, bearer(other.key))).toBe(200);
    const metrics = await (await fetch(`${service.api}/metrics`, { headers: bearer(operator.key) })).text();
    expect(metrics).not.toMatch(/\bacme\b|\bother\b|fixed-bot/);
  });
});

describe('the keys command', { timeout: SERVICE_TEST_TIMEOUT_MS }, () => {
  it('prints a table, and works on the embedded store where no service runs', async () => {
    await using place = await makeTestPlace('embedded');
    const store = ['--data-dir', place.dataDir];
    expect((await runTollgate(['keys', 'list', ...store])).stdout).toContain('No keys');
    const created = await runTollgate(['keys', 'create', ...store, '--tenant', 'acme', '--scope', 'query']);
    expect(created.stdout).toMatch(/\ntg_[A-Za-z0-9_-]{43}\n$/);
    const listed = await runTollgate(['keys', 'list', ...store]);
    expect(listed.stdout).toMatch(
      /^id +name +tenant +scopes +agent +limits +created +revoked\n[- ]+\n[0-9a-f]{12} +- +acme +query +- +- +\S+Z +-\n$/,
    );
  });

  it('takes limits, which hold at once, and what it did is in the audit log', async () => {
    await using place = await makeTestPlace('embedded');
    const store = ['--data-dir', place.dataDir];
    await using service = await startService({ args: store });
    const calls = Array.from({ length: 400 }, () => makeCall());
    const rates = ['--max-requests-per-second', '50', '--max-spans-per-second', '1'];
    const slow = await makeKey(store, '--tenant', 'acme', '--scope', 'ingest', '--name', 'ci', ...rates);
    // 399 spans are owed, at one a second.
    expect((await postCalls(service.http, calls, bearer(slow.key))).status).toBe(200);
    expect((await postCalls(service.http, [makeCall()], bearer(slow.key))).status).toBe(429);
    const small = await makeKey(store, '--tenant', 'acme', '--scope', 'ingest', '--max-body-bytes', '4096');
    expect((await postCalls(service.http, calls, bearer(small.key))).status).toBe(413);
    const { stdout } = await runTollgate(['audit-log', '--limit', '1', ...store]);
    expect(stdout).toMatch(
      /^at +tenant +action +key +detail\n[- ]+\n\S+Z +acme +key\.create +- +\{.*"max_body_bytes":4096.*\}\n$/,
    );
  });

  it('works on PostgreSQL directly, and a running service sees the key within a second', async () => {
    await using place = await makeTestPlace('postgres15');
    const url = place.url ?? '';
    await using service = await startService({ args: ['--data-dir', place.dataDir], env: { DATABASE_URL: url } });
    expect(await statusOf(`${service.api}/api/v1/costs`, {})).toBe(200);
    const { key } = await makeKey(['--database-url', url], '--tenant', 'acme', '--scope', 'query');
    await expect.poll(() => statusOf(`${service.api}/api/v1/costs`, {}), { timeout: 5_000 }).toBe(401);
    expect(await statusOf(`${service.api}/api/v1/costs`, bearer(key))).toBe(200);
  });

  it('says what is wrong in one line and exits with 1', async () => {
    await using place = await makeTestPlace('embedded');
    const store = ['--data-dir', place.dataDir];
    const bad = await runTollgate(['keys', 'create', ...store, '--tenant', 'acme', '--scope', 'everything']);
    expect(bad).toEqual({
      code: 1,
      stdout: '',
      stderr: 'tollgate: scopes.0: expected one or more of ingest, query, policy, admin\n',
    });
    const unknown = await runTollgate(['keys', 'revoke', 'abc', ...store]);
    expect(unknown).toEqual({
      code: 1,
      stdout: '',
      stderr: 'tollgate: No key has the id "abc": see tollgate keys list.\n',
    });
    const role = await runTollgate(['grafana-role', '--tenant', 'acme', ...store]);
    expect(role).toMatchObject({ code: 1, stderr: expect.stringContaining('needs PostgreSQL') as string });
  });
});
