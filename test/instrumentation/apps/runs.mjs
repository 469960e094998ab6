import { exec, execFile, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { withAgent, withAttribution } from '@tollgate/node';

const child = new URL('runChild.cjs', import.meta.url).pathname;
const preload = ['--require', '@tollgate/node/register'];
const ended = async (process) => once(process, 'exit');
const start = (model, options) =>
  ended(spawn(process.execPath, [...preload, child, model], { stdio: 'inherit', ...options }));

await start('outside');
await withAttribution({ run: 'r1' }, () => start('no-span'));
await withAgent('parent', { run: 'r2' }, async () => {
  await start('spawned then grandchild');
  await ended(fork(child, ['forked'], { execArgv: preload }));
  await promisify(exec)(`"${process.execPath}" ${preload.join(' ')} "${child}" executed`);
  await promisify(execFile)(process.execPath, [...preload, child, 'file']);
  const TRACEPARENT = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  await start('own-parent', { env: { ...process.env, TRACEPARENT } });
  await withAttribution({ run: 'r3' }, () => start('inner'));
});
await withAgent('no-run', () => start('traced'));
await withAttribution({ run: 'has,comma' }, () => start('not-carried'));
