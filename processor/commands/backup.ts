import path from 'node:path';
import { z } from 'zod';
import { TollgateError } from '../../src/errors.ts';
import { makeBackup, megabytes } from '../backup/makeBackup.ts';
import { readVersion } from '../version.ts';
import { readArgs, type CommandContext, type CommandResult } from './command.ts';

const argsSchema = z.strictObject({
  directory: z.string().refine((value) => path.isAbsolute(value), { error: 'expected an absolute path' }),
});

/** Copies the embedded store, which goes on meanwhile. */
export async function backUp(context: CommandContext, args: unknown): Promise<CommandResult> {
  const { directory } = readArgs(argsSchema, args);
  const { database, now, onProgress = () => undefined } = context;
  if (database.copyFiles === undefined) {
    throw new TollgateError(
      'bad_parameter',
      'The store is PostgreSQL, which has backups of its own: pg_dump, or base backups with archived logs (docs/operating.md).',
    );
  }
  const parts = { database, copyFiles: database.copyFiles, version: readVersion(), now, onProgress };
  const manifest = await makeBackup(directory, parts).catch((fault: unknown) => {
    if (fault instanceof TollgateError || !(fault instanceof Error)) throw fault;
    throw new TollgateError('bad_parameter', `No backup was made: ${fault.message}`, { cause: fault });
  });
  const { bytes, files, made_at, migration } = manifest;
  return {
    ok: true,
    lines: [`A backup in ${directory}: ${files.length} files, ${megabytes(bytes)}, read back and found right.`],
    table: null,
    data: { directory, bytes, files: files.length, made_at, migration },
  };
}
