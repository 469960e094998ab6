import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Spool } from '../../instrumentation/sending/spool.ts';
import type { SendOutcome } from '../../instrumentation/sending/sender.ts';

vi.mock('node:fs', async (original) => {
  const actual = await original<typeof import('node:fs')>();
  return { ...actual, rmSync: vi.fn(actual.rmSync), writeFileSync: vi.fn(actual.writeFileSync) };
});

let folder: string;
let directory: string;
let spool: Spool;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-spool-'));
  directory = join(folder, 'spool', 'destination');
  spool = new Spool([directory]);
  said = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const keep = (text: string): string => spool.write(Buffer.from(text)) ?? '';
const put = (name: string): void => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, name), 'half');
};
const accepted: SendOutcome = { status: 'accepted', answer: new Uint8Array() };
const unreachable: SendOutcome = { status: 'unreachable', reason: 'test' };
const failure = (code: string): Error => Object.assign(new Error(code), { code });
/** Of a process that has ended. */
const gone = spawnSync(process.execPath, ['-e', '']).pid;

describe('an export that is being written', () => {
  it('is removed by the next process where its own is gone, and left where it lives, for 30 s', () => {
    const now = Date.now();
    put(`${now}-${gone}-0-1.partial`);
    put(`${now}-${process.ppid}-0-1.partial`);
    put(`${now - 30_001}-${process.ppid}-0-2.partial`);
    spool.removePartial();
    expect(readdirSync(directory)).toEqual([`${now}-${process.ppid}-0-1.partial`]);
  });

  it('leaves nothing on a disk that is full, and goes to the next directory', () => {
    const other = join(folder, 'other', 'destination');

    vi.mocked(writeFileSync).mockImplementationOnce((file) => {
      writeFileSync(file, 'half');
      throw failure('ENOSPC');
    });
    expect(dirname(new Spool([directory, other]).write(Buffer.from('whole')) ?? '')).toBe(other);
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('a directory', () => {
  it('is made with those above it, for the user alone', () => {
    keep('1');
    expect([directory, dirname(directory)].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
  });

  it('that cannot be made is given up, where Node by itself would try without end', () => {
    // Of what is not there `/proc` says so even as it is made.
    expect(new Spool(['/proc/tollgate/spool/destination']).write(Buffer.from('1'))).toBeNull();
  });
});

describe('what waits on disk', () => {
  it('is left for later where the receiver is out of reach again, which is told', async () => {
    const [first, second] = [keep('1'), keep('2')];
    const sent: string[] = [];
    const send = async (bytes: Uint8Array): Promise<SendOutcome> => {
      sent.push(Buffer.from(bytes).toString());
      return sent.length === 1 ? accepted : unreachable;
    };
    expect(await spool.drain(send)).toBe(false);
    expect([sent, existsSync(first), spool.files()]).toEqual([['1', '2'], false, [second]]);
    expect(await spool.drain(async () => accepted)).toBe(true);
    expect(spool.files()).toEqual([]);
  });

  it('breaks nothing where it cannot be removed, as on a disk that has become read-only', async () => {
    keep('1');
    vi.mocked(rmSync).mockImplementationOnce(() => {
      throw failure('EROFS');
    });
    expect(await spool.drain(async () => accepted)).toBe(true);
    expect(said.join('')).toContain('removing spans from disk');
  });

  it('is none of what others put there', async () => {
    for (const name of ['notes.otlp', 'notes.partial', '1-2.otlp', 'x-1-0-1.otlp']) put(name);
    spool.removePartial();
    expect(await spool.drain(() => Promise.reject(new Error('asked to send')))).toBe(true);
    expect(readdirSync(directory)).toHaveLength(4);
    expect(said).toEqual([]);
  });

  it('is not looked for behind a link that somebody else may have put into the temporary directory', () => {
    keep('1');
    symlinkSync(join(folder, 'spool'), join(folder, 'link'));
    const behind = new Spool([join(folder, 'link', 'destination')]);
    expect([behind.files(), behind.write(Buffer.from('2'))]).toEqual([[], null]);
  });
});

describe('a span that its process means to send itself', () => {
  it('is sent by the next process where that has the same number, as in a container', () => {
    const startedMs = Date.now() - process.uptime() * 1_000;
    put(`${Math.floor(startedMs) - 1_000}-${process.pid}-0-1.owned.otlp`);
    spool.write(Buffer.from('own'), true);
    expect(spool.files()).toHaveLength(1);
  });

  it('is not held back by a clock that was set back', () => {
    put(`${Date.now() + 3_600_000}-${process.ppid}-0-1.owned.otlp`);
    expect(spool.files()).toHaveLength(1);
  });

  it('is said to be in memory alone where as many as 256 wait', () => {
    for (let count = 0; count < 256; count += 1) put(`${Date.now()}-${process.pid}-0-${count}.owned.otlp`);
    expect(spool.write(Buffer.from('257'), true)).toBeNull();
    expect(said.join('')).toContain('already keeps 256 spans that are not sent yet; a further one is in memory alone');
    expect(spool.write(Buffer.from('kept'))).not.toBeNull();
  });
});
