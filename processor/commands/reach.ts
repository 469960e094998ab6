import { describeProblem, readConfig, type Flags } from '../config.ts';
import { callControl } from '../control.ts';
import { migrate } from '../store/migrate.ts';
import { openDatabase } from '../store/openDatabase.ts';
import type { CommandResult } from './command.ts';
import { runCommand, type CommandName } from './table.ts';

/**
 * Runs a command where the store is: on PostgreSQL directly where one is configured, else through the socket of the
 * service that has the embedded store, else on the embedded store itself, which its lock then keeps from others.
 */
export async function reachStore(flags: Flags, name: CommandName, args: unknown): Promise<CommandResult> {
  const read = readConfig(flags);
  if (!read.ok) throw new Error(read.problems.map(describeProblem).join('\n'));
  const { databaseUrl, dataDir } = read.config;
  if (databaseUrl === null) {
    const answered = await callControl(dataDir, name, args);
    if (answered !== null) return answered;
  }
  const database = await openDatabase(databaseUrl === null ? { dataDir } : { databaseUrl, dataDir });
  try {
    await migrate(database);
    return await runCommand({ database, now: () => new Date(), keysChanged: () => undefined }, name, args);
  } finally {
    await database.close();
  }
}
