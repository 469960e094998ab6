import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataDir } from '../../processor/store/dataDirLock.ts';

describe('the lock of a data directory', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'tollgate-lock-'));
  });
  afterEach(() => fs.rmSync(dataDir, { recursive: true, force: true }));

  const holders = (): string[] => fs.readdirSync(path.join(dataDir, 'lock'));
  const writeHolder = (number: number, holder: object): void => {
    fs.mkdirSync(path.join(dataDir, 'lock'), { recursive: true });
    fs.writeFileSync(path.join(dataDir, 'lock', String(number)), JSON.stringify(holder));
  };

  it('is refused while a living process holds it, naming process and directory', () => {
    lockDataDir(dataDir);
    expect(() => lockDataDir(dataDir)).toThrow(
      `The data directory ${dataDir} is in use by process ${process.pid}. ` +
        'The embedded store takes one process at a time: stop that process, or choose another data directory.',
    );
  });

  it('is free again after release', () => {
    lockDataDir(dataDir).release();
    lockDataDir(dataDir).release();
    expect(holders()).toEqual(['2']);
  });

  it('is taken over from a process killed with SIGKILL', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
    const start = /\) . (?:\S+ ){18}(\S+)/.exec(fs.readFileSync(`/proc/${child.pid}/stat`, 'utf8'))?.[1];
    writeHolder(4, { pid: child.pid, processStart: start, released: false });
    expect(() => lockDataDir(dataDir)).toThrow(`in use by process ${child.pid}`);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    lockDataDir(dataDir);
    expect(holders()).toEqual(['5']);
  });

  it('is taken over where the pid has been given to another process since', () => {
    writeHolder(1, { pid: process.pid, processStart: '1', released: false });
    lockDataDir(dataDir);
    expect(holders()).toEqual(['2']);
  });

  it('is taken over from a file that a crash of the machine left empty', () => {
    fs.mkdirSync(path.join(dataDir, 'lock'));
    fs.writeFileSync(path.join(dataDir, 'lock', '7'), '');
    lockDataDir(dataDir);
    expect(holders()).toEqual(['8']);
  });

  it('goes by the pid alone where the start of a process is not known', () => {
    writeHolder(1, { pid: process.pid, processStart: null, released: false });
    expect(() => lockDataDir(dataDir)).toThrow(`in use by process ${process.pid}`);
  });
});
