import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { getAllCalls } from '../support/asking.ts';
import { makeTestPlace } from '../support/database.ts';
import { makeCall, postCalls } from '../support/exports.ts';
import { runTollgate, SERVICE_TEST_TIMEOUT_MS, startService } from '../support/service.ts';
import { startSenders } from './senders.ts';

/** A place with a backup of one call in it. */
async function makeBackup() {
  const place = await makeTestPlace('embedded');
  const service = await startService({ args: ['--data-dir', place.dataDir] });
  await postCalls(service.http, [makeCall()]);
  await service.stop();
  const backup = path.join(place.dataDir, 'backup');
  const made = await runTollgate(['backup', backup, '--data-dir', place.dataDir]);
  expect(made).toMatchObject({ code: 0 });
  return { place, backup, restored: path.join(place.dataDir, 'restored') };
}

describe('tollgate backup', { timeout: SERVICE_TEST_TIMEOUT_MS }, () => {
  it('copies a store that takes exports meanwhile: all that was acknowledged before is in it, and its books close', async () => {
    await using place = await makeTestPlace('embedded');
    await using service = await startService({ args: ['--data-dir', place.dataDir] });
    const senders = startSenders(() => service.http);
    await senders.more(200);
    const before = new Set(senders.acknowledged.keys());
    const backup = path.join(place.dataDir, 'backup');
    const made = await runTollgate(['backup', backup, '--data-dir', place.dataDir, '--json']);
    expect(made.code).toBe(0);
    expect(JSON.parse(made.stdout)).toMatchObject({ directory: backup });
    await senders.more(8);
    await senders.stop();
    expect([...senders.statuses.keys()]).toEqual([200]);

    const restored = path.join(place.dataDir, 'restored');
    expect(await runTollgate(['restore', backup, '--data-dir', restored])).toMatchObject({ code: 0 });
    expect(await runTollgate(['audit', '--data-dir', restored])).toMatchObject({ code: 0 });
    await using copy = await startService({ args: ['--data-dir', restored] });
    const stored = new Set((await getAllCalls(copy.api)).map((call) => call.span_id));
    expect([...before].filter((id) => !stored.has(id))).toEqual([]);
    expect([...stored].filter((id) => !senders.acknowledged.has(id))).toEqual([]);
    // What came after the backup is sent again, as it would be after a loss: each is charged once.
    await postCalls(copy.http, [...senders.acknowledged.values()]);
    expect(await getAllCalls(copy.api)).toHaveLength(senders.acknowledged.size);
  });

  it('lets nobody but its owner read it', async () => {
    const { place, backup } = await makeBackup();
    await using _ = place;
    const entries = fs.readdirSync(backup, { recursive: true, withFileTypes: true });
    const modes = new Set(entries.map((entry) => fs.statSync(path.join(entry.parentPath, entry.name)).mode & 0o777));
    expect([...modes].sort()).toEqual([0o600, 0o700]);
    expect(fs.statSync(backup).mode & 0o777).toBe(0o700);
  });

  it('refuses a directory that is not empty, a data directory without a store, and PostgreSQL', async () => {
    await using place = await makeTestPlace('embedded');
    const full = await runTollgate(['backup', place.dataDir, '--data-dir', place.dataDir]);
    expect(full).toMatchObject({ code: 1, stdout: '' });
    expect(full.stderr).toContain('is not empty: it holds');
    const nothing = path.join(place.dataDir, 'nothing');
    expect(await runTollgate(['backup', path.join(place.dataDir, 'to'), '--data-dir', nothing])).toEqual({
      code: 1,
      stdout: '',
      stderr: `tollgate: ${nothing} holds no store.\n`,
    });
    await using postgres = await makeTestPlace('postgres15');
    const args = ['backup', path.join(place.dataDir, 'to'), '--database-url', postgres.url ?? ''];
    const refused = await runTollgate(args);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('pg_dump');
  });
});

describe('tollgate restore refuses', { timeout: SERVICE_TEST_TIMEOUT_MS }, () => {
  const expectRefused = async (backup: string, restored: string, says: string): Promise<void> => {
    const refused = await runTollgate(['restore', backup, '--data-dir', restored]);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(says);
    expect(fs.existsSync(path.join(restored, 'pgdata'))).toBe(false);
  };

  it('a damaged file, a missing one, a damaged manifest, and none', async () => {
    const { place, backup, restored } = await makeBackup();
    await using _ = place;
    const file = path.join(backup, 'pgdata', 'PG_VERSION');
    fs.writeFileSync(file, '17\n');
    await expectRefused(backup, restored, 'is damaged: PG_VERSION has 3 bytes');
    fs.rmSync(file);
    await expectRefused(backup, restored, 'is damaged: PG_VERSION is missing');
    fs.writeFileSync(file, '18\n');
    const manifest = path.join(backup, 'manifest.json');
    const written = fs.readFileSync(manifest, 'utf8');
    fs.writeFileSync(manifest, written.replace('PG_VERSION', '../VERSION'));
    await expectRefused(backup, restored, 'manifest.json is damaged');
    fs.rmSync(manifest);
    await expectRefused(backup, restored, 'holds no backup');
    fs.writeFileSync(manifest, written);
    expect(await runTollgate(['restore', backup, '--data-dir', restored])).toMatchObject({ code: 0 });
    await expectNonEmpty(backup, restored);
  });
});

async function expectNonEmpty(backup: string, restored: string): Promise<void> {
  const refused = await runTollgate(['restore', backup, '--data-dir', restored]);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('is not empty: it holds pgdata');
}
