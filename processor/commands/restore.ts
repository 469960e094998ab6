import path from 'node:path';
import { megabytes } from '../backup/makeBackup.ts';
import { restoreBackup } from '../backup/restoreBackup.ts';
import { describeProblem, readConfig, type Flags } from '../config.ts';
import type { CommandResult } from './command.ts';

/** Works on a data directory that nothing has open. */
export async function restore(
  flags: Flags,
  directory: string,
  onProgress: (said: string) => void,
): Promise<CommandResult> {
  const read = readConfig(flags);
  if (!read.ok) throw new Error(read.problems.map(describeProblem).join('\n'));
  const { databaseUrl, dataDir } = read.config;
  if (databaseUrl !== null) {
    throw new Error(
      'The store is PostgreSQL, which has backups of its own: pg_restore, or base backups (docs/operating.md).',
    );
  }
  const { made_at, tollgate, files, bytes } = await restoreBackup(path.resolve(directory), dataDir, onProgress);
  return {
    ok: true,
    lines: [
      `Restored into ${dataDir}: ${files.length} files, ${megabytes(bytes)}, as the backup of ${made_at} (Tollgate ${tollgate}) has them. The store opens.`,
    ],
    table: null,
    data: { data_dir: dataDir, bytes, files: files.length, made_at },
  };
}
