import { TollgateError } from '../../src/errors.ts';
import { backUp } from './backup.ts';
import { checkAccounts } from './audit.ts';
import type { Command, CommandContext, CommandResult } from './command.ts';
import { showActions } from './auditLog.ts';
import { makeGrafanaRole } from './grafanaRole.ts';
import { createKey, showKeys, withdrawKey } from './keys.ts';
import { importPrices } from './pricesImport.ts';
import { listPrices } from './pricesList.ts';
import { endPrice, setPrice } from './pricesSet.ts';
import { showPrice } from './pricesShow.ts';
import { listUnpriced } from './pricesUnpriced.ts';
import { report } from './report.ts';
import { repriceCalls } from './reprice.ts';

/** The commands that work on the store, the same in the running service and in a process of its own. */
const commands = {
  'keys create': createKey,
  'keys list': showKeys,
  'keys revoke': withdrawKey,
  audit: checkAccounts,
  backup: backUp,
  'audit-log': showActions,
  'grafana-role': makeGrafanaRole,
  reprice: repriceCalls,
  report,
  'prices show': showPrice,
  'prices list': listPrices,
  'prices set': setPrice,
  'prices end': endPrice,
  'prices import': importPrices,
  'prices unpriced': listUnpriced,
} as const satisfies Record<string, Command>;

export type CommandName = keyof typeof commands;

/** Names come over the socket too: an older or newer command line may ask for what is not here. */
export async function runCommand(context: CommandContext, name: string, args: unknown): Promise<CommandResult> {
  if (!Object.hasOwn(commands, name)) {
    throw new TollgateError('not_found', `The running service knows no command ${JSON.stringify(name)}.`);
  }
  return commands[name as CommandName](context, args);
}
