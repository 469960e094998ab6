import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { restoreBackup } from '../../processor/backup/restoreBackup.ts';
import { EMBEDDED_POSTGRES_MAJOR } from '../../processor/store/embeddedSession.ts';
import { migrations } from '../../processor/store/migrate.ts';
import { getAllCalls } from '../support/asking.ts';
import { makeTestPlace, openTestDatabase, type TestPlace } from '../support/database.ts';
import { postCalls } from '../support/exports.ts';
import { runTollgate, startService } from '../support/service.ts';
import { startSenders } from './senders.ts';

/** A thousand files are each brought to the disk several times, on a machine that may be busy with the same. */
const LONG_TIMEOUT_MS = 600_000;
/** A store at its limit gives the copying few turns, and this is not about that. */
const PAUSE_MS = 100;
/** Below the limit of a body. */
const CALLS_PER_EXPORT = 1_000;

describe('tollgate backup', { timeout: LONG_TIMEOUT_MS }, () => {
  it('copies a store that takes exports meanwhile: all that was acknowledged before is in it, and its books close', async () => {
    await using place = await makeTestPlace('embedded');
    await using service = await startService({ args: ['--data-dir', place.dataDir] });
    const senders = startSenders(() => service.http, PAUSE_MS);
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
    const acknowledged = [...senders.acknowledged.values()];
    for (let from = 0; from < acknowledged.length; from += CALLS_PER_EXPORT) {
      await postCalls(copy.http, acknowledged.slice(from, from + CALLS_PER_EXPORT));
    }
    expect(await getAllCalls(copy.api)).toHaveLength(senders.acknowledged.size);
  });

  it('refuses PostgreSQL, which has backups of its own, and a data directory without a store', async () => {
    await using postgres = await makeTestPlace('postgres15');
    const to = path.join(postgres.dataDir, 'to');
    const refused = await runTollgate(['backup', to, '--database-url', postgres.url ?? '']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('pg_dump');
    const nothing = path.join(postgres.dataDir, 'nothing');
    expect(await runTollgate(['backup', to, '--data-dir', nothing])).toEqual({
      code: 1,
      stdout: '',
      stderr: `tollgate: ${nothing} holds no store.\n`,
    });
    expect(fs.existsSync(to)).toBe(false);
  });
});

describe('a backup', { timeout: LONG_TIMEOUT_MS }, () => {
  let place: TestPlace;
  let backup: string;
  let restored: string;
  beforeAll(async () => {
    place = await makeTestPlace('embedded');
    backup = path.join(place.dataDir, 'backup');
    restored = path.join(place.dataDir, 'restored');
    expect(await runTollgate(['backup', backup, '--data-dir', place.dataDir])).toMatchObject({ code: 0 });
  }, LONG_TIMEOUT_MS);
  afterAll(() => place[Symbol.asyncDispose]());

  const refusal = async (): Promise<string> => {
    const fault: unknown = await restoreBackup(backup, restored, () => undefined).catch((thrown: unknown) => thrown);
    expect(fs.existsSync(path.join(restored, 'pgdata'))).toBe(false);
    return fault instanceof Error ? fault.message : 'none';
  };
  const manifest = (): string => path.join(backup, 'manifest.json');
  /** With its seal, as somebody would write it who means it. */
  const rewrite = (change: (content: Record<string, unknown>) => void): void => {
    const content = JSON.parse(fs.readFileSync(manifest(), 'utf8').split('\n')[1] ?? '') as Record<string, unknown>;
    change(content);
    const text = JSON.stringify(content);
    const seal = JSON.stringify({ sha256: createHash('sha256').update(text).digest('hex') });
    fs.writeFileSync(manifest(), `${seal}\n${text}\n`);
  };

  it('can be read by nobody but its owner', () => {
    const entries = fs.readdirSync(backup, { recursive: true, withFileTypes: true });
    const modes = new Set(entries.map((entry) => fs.statSync(path.join(entry.parentPath, entry.name)).mode & 0o777));
    expect(modes).toEqual(new Set([0o600, 0o700]));
    expect(fs.statSync(backup).mode & 0o777).toBe(0o700);
  });

  it('goes into a directory of its own', async () => {
    const again = await runTollgate(['backup', backup, '--data-dir', place.dataDir]);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain(`${backup} is not empty: it holds manifest.json.`);
    expect(fs.existsSync(manifest())).toBe(true);
  });

  it('is not restored with a file that is damaged, or missing', async () => {
    const file = path.join(backup, 'pgdata', 'PG_VERSION');
    fs.writeFileSync(file, '17\n');
    expect(await refusal()).toContain('is damaged: PG_VERSION has 3 bytes with the checksum');
    fs.rmSync(file);
    expect(await refusal()).toContain('is damaged: PG_VERSION is missing.');
    fs.writeFileSync(file, '18\n');
  });

  it('is not restored with a manifest that is damaged, missing, of another version, or leads elsewhere', async () => {
    const written = fs.readFileSync(manifest(), 'utf8');
    fs.writeFileSync(manifest(), written.replace('PG_VERSION', 'PG_VERSIOM'));
    expect(await refusal()).toContain('manifest.json is damaged: expected the checksum in its first line');
    fs.rmSync(manifest());
    expect(await refusal()).toContain('holds no backup: expected manifest.json, found none.');
    const changes: readonly (readonly [Record<string, unknown>, string])[] = [
      [{ format: 2 }, 'expected a backup of format 1, found 2'],
      [{ postgres: 17 }, 'with PostgreSQL 17: expected 18'],
      [
        { migration: migrations.length + 1 },
        `has migration ${migrations.length + 1}; this program knows ${migrations.length}`,
      ],
      [{ directories: ['../../etc'] }, 'directories.0'],
      [{ files: [{ path: 'base/../../x', bytes: 0, sha256: '0'.repeat(64) }] }, 'files.0.path'],
    ];
    for (const [change, says] of changes) {
      fs.writeFileSync(manifest(), written);
      rewrite((content) => void Object.assign(content, change));
      expect(await refusal()).toContain(says);
    }
    fs.writeFileSync(manifest(), written);
  });

  it('is restored into an empty data directory, and into no other', async () => {
    const done = await runTollgate(['restore', backup, '--data-dir', restored]);
    expect(done).toMatchObject({ code: 0 });
    expect(done.stdout).toContain('The store opens.');
    const refused = await runTollgate(['restore', backup, '--data-dir', restored]);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('is not empty: it holds pgdata');
  });

  it('names the PostgreSQL that the pinned engine is', async () => {
    await using opened = await openTestDatabase('embedded');
    const [row] = await opened.database.query(`select current_setting('server_version_num')::int / 10000 as major`);
    expect(row).toEqual({ major: EMBEDDED_POSTGRES_MAJOR });
  });
});
