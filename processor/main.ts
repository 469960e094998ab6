#!/usr/bin/env node
import { CommanderError } from 'commander';
import { runProgram } from './commands/program.ts';
import { serve } from './serve.ts';
import { readVersion } from './version.ts';

const version = readVersion();
const print = (text: string): void => void process.stdout.write(text);
// Who has read enough (head) closes the pipe: the end of the command, not a fault.
process.stdout.on('error', (fault: NodeJS.ErrnoException) => {
  if (fault.code !== 'EPIPE') throw fault;
  process.exit(0);
});
const tell = (said: string): void => void process.stderr.write(`tollgate: ${said}\n`);

try {
  const exitCode = await runProgram(process.argv, {
    version,
    print,
    tell,
    serve: (flags) => serve(flags, { version, print }),
  });
  // A service that has stopped may have left a connection open that nobody waits for; a command's output must drain.
  process.stdout.write('', () => process.exit(exitCode));
} catch (fault) {
  if (fault instanceof CommanderError) process.exit(fault.exitCode);
  process.stderr.write(`tollgate: ${fault instanceof Error ? fault.message : String(fault)}\n`);
  process.exit(1);
}
