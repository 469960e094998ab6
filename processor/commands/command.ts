import { z } from 'zod';
import { TollgateError } from '../../src/errors.ts';
import type { PriceBook } from '../prices/priceBook.ts';
import type { Repricing } from '../reprice/repricing.ts';
import type { Database } from '../store/database.ts';

/** What a command works with, in the running service as well as in a process of its own. */
export interface CommandContext {
  readonly database: Database;
  readonly now: () => Date;
  /** Called after API keys have changed. */
  readonly keysChanged: () => void;
  /** The prices in force: of the running service, else read from the store. Absent where no command needs any. */
  readonly openPrices?: () => Promise<PriceBook>;
  /** What prices stored calls anew: that of the running service, else one of the process's own. */
  readonly openRepricing?: () => Promise<Repricing>;
  /** Told now and then how far long work has come, in words for people. */
  readonly onProgress?: OnProgress;
  /** Takes what is printed as it is, before the result. Absent where nobody prints. */
  readonly onOutput?: OnOutput;
  /** The store for questions, which holds up nothing else; absent where nothing else is. */
  readonly questions?: Database;
}

export function openPrices({ openPrices: open }: CommandContext): Promise<PriceBook> {
  if (open === undefined) throw new Error('This command needs the prices, and nobody said how to open them.');
  return open();
}

export type OnProgress = (said: string) => void;

/** Resolves when more may come; rejects where nobody reads any more. */
export type OnOutput = (text: string) => Promise<void>;

export type Cell = string | number | null;

/** What a command answers; it crosses the socket as JSON. */
export interface CommandResult {
  /** False makes the process exit with 1: the command worked, and what it looked for is not in order. */
  readonly ok: boolean;
  /** Lines before the table, for people. */
  readonly lines: readonly string[];
  readonly table: { readonly columns: readonly string[]; readonly rows: readonly (readonly Cell[])[] } | null;
  /** What `--json` prints. */
  readonly data: unknown;
}

export type Command = (context: CommandContext, args: unknown) => Promise<CommandResult>;

/** Arguments come over a socket too, so that every command checks its own. Throws `bad_parameter` with all that is wrong. */
export function readArgs<Schema extends z.ZodType>(schema: Schema, args: unknown): z.output<Schema> {
  const parsed = schema.safeParse(args);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new TollgateError('bad_parameter', faults.join('; '));
}

/** From the command line as its digits. */
export function wholeNumberArg(min: number, max: number) {
  const error = `expected a whole number from ${min} to ${max}`;
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error });
}

const NAME_LENGTH_MAX = 200;

const nameRule = `expected 1 to ${NAME_LENGTH_MAX} characters, none of them a control character`;

/** A tenant's, a key's or an agent's name. */
export const nameSchema = z
  .string({ error: nameRule })
  .min(1, { error: nameRule })
  .max(NAME_LENGTH_MAX, { error: nameRule })
  .regex(/^\P{Cc}*$/u, { error: nameRule });
