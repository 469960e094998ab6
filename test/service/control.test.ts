import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { CommandResult } from '../../processor/commands/command.ts';
import { callControl, listenControl, type Control, type RunCommand } from '../../processor/control.ts';
import { SOCKET_PATH_BYTES_MAX } from '../../processor/controlPath.ts';
import { TollgateError } from '../../src/errors.ts';

const directories: string[] = [];
const controls: Control[] = [];
afterEach(async () => {
  for (const control of controls.splice(0)) await control.close();
  for (const directory of directories.splice(0)) fs.rmSync(directory, { recursive: true, force: true });
});

function makeDirectory(nameLength = 1): string {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tollgate-control-'));
  directories.push(root);
  const directory = path.join(root, 'd'.repeat(nameLength));
  fs.mkdirSync(directory);
  return directory;
}

const echo: RunCommand = async (name, args) => ({ ok: true, lines: [name], table: null, data: args });

async function listen(directory: string, run: RunCommand = echo, faults: unknown[] = []): Promise<Control | null> {
  const control = await listenControl(directory, run, (fault) => faults.push(fault));
  if (control !== null) controls.push(control);
  return control;
}

describe('the control socket', () => {
  it('runs a command and gives its result back', async () => {
    const directory = makeDirectory();
    await listen(directory);
    const result: CommandResult = { ok: true, lines: ['keys list'], table: null, data: { tenant: 'ä' } };
    expect(await callControl(directory, 'keys list', { tenant: 'ä' })).toEqual(result);
  });

  it('is open to its owner alone', async () => {
    const directory = makeDirectory();
    await listen(directory);
    expect((fs.statSync(path.join(directory, 'control.sock')).mode & 0o777).toString(8)).toBe('600');
  });

  it('answers null where nobody listens', async () => {
    const directory = makeDirectory();
    expect(await callControl(directory, 'audit', {})).toBeNull();
    await (await listen(directory))?.close();
    expect(fs.readdirSync(directory)).toEqual([]);
    expect(await callControl(directory, 'audit', {})).toBeNull();
  });

  it('carries a refusal with its code and keeps a fault in the log', async () => {
    const directory = makeDirectory();
    const faults: unknown[] = [];
    const fault = new Error('a secret of the inside');
    const run: RunCommand = (name) =>
      Promise.reject(name === 'audit' ? fault : new TollgateError('not_found', 'no such key'));
    await listen(directory, run, faults);
    await expect(callControl(directory, 'keys revoke', {})).rejects.toMatchObject({
      code: 'not_found',
      message: 'no such key',
    });
    await expect(callControl(directory, 'audit', {})).rejects.toMatchObject({ code: 'internal' });
    expect(faults).toEqual([fault]);
  });

  it('leaves the socket to the process that has it', async () => {
    const directory = makeDirectory();
    await listen(directory);
    expect(await listen(directory, () => Promise.reject(new Error('the second')))).toBeNull();
    expect(await callControl(directory, 'audit', {})).toMatchObject({ lines: ['audit'] });
  });

  it('replaces a socket that a killed process left', async () => {
    const directory = makeDirectory();
    const file = path.join(directory, 'control.sock');
    // A name that is renamed stays when its server closes, as it stays when its process is killed.
    const dead = net.createServer();
    await new Promise<void>((resolve) => dead.listen(`${file}.old`, resolve));
    fs.renameSync(`${file}.old`, file);
    await new Promise((resolve) => dead.close(resolve));
    expect(await callControl(directory, 'audit', {})).toBeNull();
    await listen(directory);
    expect(await callControl(directory, 'audit', {})).toMatchObject({ lines: ['audit'] });
  });

  it('works in a directory whose path is too long for a socket, and cleans up what lies elsewhere', async () => {
    const directory = makeDirectory(SOCKET_PATH_BYTES_MAX);
    const control = await listen(directory);
    const link = path.join(directory, 'control.sock');
    const target = fs.readlinkSync(link);
    expect(await callControl(directory, 'audit', {})).toMatchObject({ lines: ['audit'] });
    expect((fs.statSync(target).mode & 0o777).toString(8)).toBe('600');
    expect((fs.statSync(path.dirname(target)).mode & 0o777).toString(8)).toBe('700');
    await control?.close();
    expect(fs.existsSync(path.dirname(target))).toBe(false);
    expect(fs.readdirSync(directory)).toEqual([]);
  });
});
