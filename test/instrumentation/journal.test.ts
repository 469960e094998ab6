import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Journal } from '../../instrumentation/sending/journal.ts';
import { Spool } from '../../instrumentation/sending/spool.ts';

let folder: string;
let directory: string;
let spool: Spool;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-journal-'));
  directory = join(folder, 'spool', 'destination');
  spool = new Spool([directory]);
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

const span = (name: string): ReadableSpan => ({ name }) as ReadableSpan;
const journalOf = (): Journal => new Journal(spool, ({ name }) => Buffer.from(name));

describe('the journal of spans', () => {
  it('has each span on disk from its end until somebody has it', () => {
    const journal = journalOf();
    const [one, other] = [span('one'), span('other')];
    journal.write(one);
    journal.write(other);
    const files = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'));
    expect(files).toEqual(['one', 'other']);
    journal.remove([one]);
    journal.remove([one, span('never written')]);
    expect(readdirSync(directory)).toHaveLength(1);
    journal.remove([other]);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is left alone by others for 30 s, as long as its process lives', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    journalOf().write(span('one'));
    expect(spool.files()).toEqual([]);
    vi.advanceTimersByTime(29_999);
    expect(spool.files()).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(spool.files()).toHaveLength(1);
  });

  it('is sent by the next process where its own is gone, beside what waits anyway', () => {
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    const file = spool.write(Buffer.from('kept')) ?? '';
    expect(spool.files()).toEqual([file]);
    vi.spyOn(process, 'pid', 'get').mockReturnValue(gone);
    journalOf().write(span('one'));
    vi.restoreAllMocks();
    expect(spool.files()).toHaveLength(2);
  });

  it('costs nothing but itself where no disk takes it, or a span cannot be written', () => {
    const nowhere = new Journal(new Spool([join(folder, '\0')]), () => Buffer.from('one'));
    nowhere.write(span('one'));
    nowhere.remove([span('one')]);
    const failing = new Journal(spool, () => {
      throw new Error('mine');
    });
    failing.write(span('one'));
    expect(existsSync(directory)).toBe(false);
  });
});
