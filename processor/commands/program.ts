import path from 'node:path';
import { Command, Option } from 'commander';
import { scopes } from '../access/caller.ts';
import { checkConfigFile, describeProblem, type Flags } from '../config.ts';
import { settings, type Setting } from '../configSchema.ts';
import type { CommandResult } from './command.ts';
import { addPrices } from './pricesProgram.ts';
import { reachStore } from './reach.ts';
import { addReport } from './reportProgram.ts';
import { renderJson, renderText } from './render.ts';
import { restore } from './restore.ts';
import type { CommandName } from './table.ts';

export interface Terminal {
  readonly version: string;
  readonly print: (text: string) => void;
  /** How far long work has come: beside the output, not in it. */
  readonly tell: (said: string) => void;
  /** Runs the service until it has stopped; resolves to the exit code. */
  readonly serve: (flags: Flags) => Promise<number>;
}

const STORE_SETTINGS = new Set(['database_url', 'data_dir']);

/** The whole command line. Resolves to the exit code; rejects with an error whose message is for the person who typed. */
export async function runProgram(argv: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const done = (code: number): void => void (exitCode = code);
  const program = new Command('tollgate')
    .description('Counts what every LLM call costs, from OpenTelemetry spans.')
    .version(terminal.version)
    .showHelpAfterError('(tollgate --help says what there is)')
    .exitOverride();
  addServe(program, terminal, done);
  addCheckConfig(program, terminal, done);
  addKeys(program, terminal, done);
  addPrices(program, (command, name, toArgs) => addStoreCommand(command, terminal, done, name, toArgs));
  addReprice(program, terminal, done);
  addReport(program, (command, name, toArgs) => addStoreCommand(command, terminal, done, name, toArgs));
  const audit = program
    .command('audit')
    .description('recompute every sum from the ledger and compare; exits with 1 and a table where they differ');
  addStoreCommand(audit, terminal, done, 'audit', () => ({}));
  const backup = program
    .command('backup')
    .description('copy the embedded store into a directory of its own, while the service runs or alone')
    .argument('<directory>', 'absent or empty');
  addStoreCommand(backup, terminal, done, 'backup', (_, [directory = '']) => ({ directory: path.resolve(directory) }));
  addRestore(program, terminal, done);
  const auditLog = program
    .command('audit-log')
    .description('administrative actions, the latest first')
    .option('--tenant <tenant>', 'of one tenant')
    .option('--limit <n>', 'how many', '50');
  addStoreCommand(auditLog, terminal, done, 'audit-log', ({ tenant = null, limit }) => ({ tenant, limit }));
  const grafanaRole = program
    .command('grafana-role')
    .description('make a read-only PostgreSQL role that sees one tenant in the views of schema tollgate')
    .requiredOption('--tenant <tenant>', 'the tenant it may see');
  addStoreCommand(grafanaRole, terminal, done, 'grafana-role', ({ tenant }) => ({ tenant }));
  await program.parseAsync(argv);
  return exitCode;
}

type Done = (exitCode: number) => void;
type Options = Readonly<Record<string, string | undefined>>;

function addServe(program: Command, terminal: Terminal, done: Done): void {
  const serve = program
    .command('serve')
    .description('run the service: OTLP in over gRPC and HTTP, the API, and a line "ready …" when all listen')
    .addHelpText('after', '\nFlags win over environment variables, these over the file.');
  addSettings(serve, settings);
  serve.action(async (options: Options) => done(await terminal.serve(toFlags(options))));
}

function addCheckConfig(program: Command, terminal: Terminal, done: Done): void {
  program
    .command('check-config')
    .description('print every problem of a configuration file; exits with 1 where there is one')
    .argument('<file>', 'such as tollgate.yaml')
    .action((file: string) => {
      const problems = checkConfigFile(file);
      for (const problem of problems) terminal.print(`${describeProblem(problem)}\n`);
      if (problems.length === 0) terminal.print(`${file}: no problems\n`);
      done(problems.length === 0 ? 0 : 1);
    });
}

function addKeys(program: Command, terminal: Terminal, done: Done): void {
  const keys = program.command('keys').description('API keys; with the first one, every request needs one');
  const create = keys
    .command('create')
    .description('make a key and print it, this once')
    .requiredOption('--tenant <tenant>', 'whose data it reads and writes')
    .requiredOption('--scope <scopes>', `what it may do, with commas between: ${scopes.join(', ')}`)
    .option('--agent <agent>', 'the agent that all it sends belongs to, whatever the spans say')
    .option('--name <name>', 'a name to know it by')
    .option('--max-requests-per-second <n>', 'more are refused with 429, on each replica')
    .option('--max-spans-per-second <n>', 'more spans and log records are refused with 429, on each replica')
    .option('--max-body-bytes <n>', 'larger bodies are refused with 413');
  addStoreCommand(
    create,
    terminal,
    done,
    'keys create',
    ({ tenant, scope = '', agent = null, name = null, ...limits }) => {
      return {
        tenant,
        scopes: scope.split(',').map((part) => part.trim()),
        agent,
        name,
        max_requests_per_second: limits['maxRequestsPerSecond'] ?? null,
        max_spans_per_second: limits['maxSpansPerSecond'] ?? null,
        max_body_bytes: limits['maxBodyBytes'] ?? null,
      };
    },
  );
  const list = keys
    .command('list')
    .description('all keys, without their secrets')
    .option('--tenant <tenant>', 'of one tenant');
  addStoreCommand(list, terminal, done, 'keys list', ({ tenant = null }) => ({ tenant }));
  const revoke = keys.command('revoke').description('take a key back for good').argument('<id>', 'see keys list');
  addStoreCommand(revoke, terminal, done, 'keys revoke', (_, [id]) => ({ id }));
}

function addReprice(program: Command, terminal: Terminal, done: Done): void {
  const reprice = program
    .command('reprice')
    .description(
      'price stored calls anew by the prices in force now: says the difference by model, and books it with --apply',
    )
    .requiredOption('--from <date>', 'calls that start then or later: a date (UTC) or an instant')
    .option('--to <date>', 'calls that start before it (default: now)')
    .option('--model <models>', 'only of these, with commas between; * stands for any characters')
    .option('--tenant <tenant>', 'whose calls', 'default')
    .option('--apply', 'change them and book the difference');
  addStoreCommand(reprice, terminal, done, 'reprice', ({ tenant, from, to = null, model, apply }) => {
    const models = model === undefined ? null : model.split(',').map((part) => part.trim());
    return { tenant, from, to, models, apply: apply !== undefined };
  });
}

function addRestore(program: Command, terminal: Terminal, done: Done): void {
  const command = program
    .command('restore')
    .description('put a backup into an empty data directory')
    .argument('<directory>', 'what tollgate backup made');
  addResult(command, terminal, done, (flags, [directory = '']) => restore(flags, directory, terminal.tell));
}

/** A command that works on the store, through the running service or by itself. */
function addStoreCommand(
  command: Command,
  terminal: Terminal,
  done: Done,
  name: CommandName,
  toArgs: (options: Options, positional: readonly string[]) => object,
): void {
  addResult(command, terminal, done, (flags, positional, options) =>
    reachStore(flags, name, toArgs(options, positional), terminal.tell, async (text) => terminal.print(text)),
  );
}

function addResult(
  command: Command,
  terminal: Terminal,
  done: Done,
  run: (flags: Flags, positional: readonly string[], options: Options) => Promise<CommandResult>,
): void {
  addSettings(
    command,
    settings.filter(({ key }) => STORE_SETTINGS.has(key)),
  );
  command.option('--json', 'print JSON');
  command.action(async () => {
    const { json, ...options } = command.opts<Options & { json?: boolean }>();
    const result = await run(toFlags(options), command.args, options);
    const isJson = json === true || options['format'] === 'json';
    terminal.print(isJson ? renderJson(result) : renderText(result));
    done(result.ok ? 0 : 1);
  });
}

function addSettings(command: Command, chosen: readonly Setting[]): void {
  command.option('--config <file>', 'configuration file (default: tollgate.yaml where there is one; TOLLGATE_CONFIG)');
  for (const setting of chosen) {
    command.addOption(new Option(setting.flag, `${setting.says} (${setting.env})`));
  }
}

function toFlags(options: Options): Flags {
  const flags: Record<string, string | undefined> = { config: options['config'] };
  for (const setting of settings) flags[setting.key] = options[new Option(setting.flag).attributeName()];
  return flags;
}
