import { runProgram } from '../../processor/commands/program.ts';
import type { TestPlace } from '../support/database.ts';

/** Without a URL: the store, or the service, of the data directory. */
type Place = Pick<TestPlace, 'url' | 'dataDir'>;

export interface Run {
  readonly exitCode: number;
  readonly printed: string;
}

/** Runs `tollgate ARGS`, which have no blanks in them. */
export async function runCommandLine(place: Place, args: string): Promise<Run> {
  let printed = '';
  const exitCode = await runProgram(['node', 'tollgate', ...args.split(' '), ...storeFlags(place)], {
    version: '0.0.0',
    print: (text) => void (printed += text),
    tell: () => undefined,
    serve: () => Promise.reject(new Error('no command here serves')),
  });
  return { exitCode, printed };
}

/** What it prints with `--json`. */
export async function readCommandLine(place: Place, args: string): Promise<unknown> {
  return JSON.parse((await runCommandLine(place, `${args} --json`)).printed);
}

function storeFlags({ url, dataDir }: Place): string[] {
  return url === undefined ? ['--data-dir', dataDir] : ['--database-url', url, '--data-dir', dataDir];
}
