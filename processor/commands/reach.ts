import fs from 'node:fs';
import path from 'node:path';
import { describeProblem, readConfig, type Flags } from '../config.ts';
import { callControl } from '../control.ts';
import { openOwnRepricing } from '../openRepricing.ts';
import { openPriceBook } from '../prices/openPriceBook.ts';
import { PGDATA } from '../store/embeddedDatabase.ts';
import { migrate } from '../store/migrate.ts';
import { openDatabase } from '../store/openDatabase.ts';
import type { CommandResult, OnOutput, OnProgress } from './command.ts';
import { runCommand, type CommandName } from './table.ts';

/**
 * Runs a command where the store is: on PostgreSQL directly where one is configured, else through the socket of the
 * service that has the embedded store, else on the embedded store itself, which its lock then keeps from others.
 */
export async function reachStore(
  flags: Flags,
  name: CommandName,
  args: unknown,
  onProgress: OnProgress,
  onOutput: OnOutput,
): Promise<CommandResult> {
  const read = readConfig(flags);
  if (!read.ok) throw new Error(read.problems.map(describeProblem).join('\n'));
  const { databaseUrl, dataDir, prices: filePrices, pricing: settings } = read.config;
  if (databaseUrl === null) {
    const answered = await callControl(dataDir, name, args, onProgress, onOutput);
    if (answered !== null) return answered;
    if (name === 'backup' && !fs.existsSync(path.join(dataDir, PGDATA))) throw new Error(`${dataDir} holds no store.`);
  }
  const database = await openDatabase(databaseUrl === null ? { dataDir } : { databaseUrl, dataDir });
  try {
    // A backup before an upgrade is of the store as it is.
    if (name !== 'backup') await migrate(database);
    const openBook = () => openPriceBook({ database, filePrices, settings });
    const context = {
      database,
      now: () => new Date(),
      keysChanged: () => undefined,
      openPrices: openBook,
      openRepricing: async () => openOwnRepricing(read.config, database, await openBook()),
      onProgress,
      onOutput,
    };
    return await runCommand(context, name, args);
  } finally {
    await database.close();
  }
}
