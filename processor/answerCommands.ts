import type { KeyedAccess } from './access/access.ts';
import { runCommand } from './commands/table.ts';
import { listenControl } from './control.ts';
import type { Log } from './log.ts';
import type { PriceBook } from './prices/priceBook.ts';
import type { Repricing } from './reprice/repricing.ts';
import type { Database } from './store/database.ts';

export interface CommandGround {
  readonly dataDir: string;
  readonly database: Database;
  readonly questions: Database;
  readonly access: KeyedAccess;
  readonly prices: PriceBook;
  readonly repricing: Repricing;
  readonly log: Log;
  /** Closed from the last to the first. */
  readonly opened: (() => Promise<void>)[];
}

/** Runs the commands that come through the socket in the data directory. */
export async function answerCommands(
  { dataDir, database, questions, access, prices, repricing, log, opened }: CommandGround,
  onFault: (fault: unknown) => void,
): Promise<void> {
  const context = {
    database,
    questions,
    now: () => new Date(),
    keysChanged: () => access.forget(),
    openPrices: () => Promise.resolve(prices),
    openRepricing: () => Promise.resolve(repricing),
  };
  const control = await listenControl(
    dataDir,
    (name, args, onProgress, onOutput) => runCommand({ ...context, onProgress, onOutput }, name, args),
    onFault,
  );
  if (control === null) log.warn('another process answers commands in this data directory; this one takes none');
  else opened.push(() => control.close());
}
