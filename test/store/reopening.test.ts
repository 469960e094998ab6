import { describe, expect, it } from 'vitest';
import { TollgateError } from '../../src/errors.ts';
import type { Database } from '../../processor/store/database.ts';
import { keepOpen, type ReopeningParts } from '../../processor/store/reopening.ts';

const ended = new TollgateError('store_unavailable', 'The embedded store stopped: no space left');

/** Sessions that answer with their number, and end when they are told to. */
class Sessions {
  opened = 0;
  closed = 0;
  lost: unknown = null;
  readonly lines: string[] = [];
  end: () => void = () => undefined;
  /** What keeps the next from being opened. */
  fault: Error | null = null;
  room: Error | null = null;

  parts(): ReopeningParts {
    return {
      open: async (onEnd) => {
        if (this.fault !== null) throw this.fault;
        this.opened += 1;
        const number = this.opened;
        this.end = () => onEnd(ended);
        const query = <Row extends object>() => Promise.resolve([{ number } as unknown as Row]);
        const database: Database = {
          kind: 'embedded',
          query,
          transaction: (work) => work({ query }),
          close: async () => void (this.closed += 1),
        };
        return database;
      },
      tryRoom: async () => {
        if (this.room !== null) throw this.room;
      },
      log: {
        info: (_: object, said: string) => void this.lines.push(said),
        error: (_: object, said: string) => void this.lines.push(said),
      } as ReopeningParts['log'],
      onLost: (fault) => (this.lost = fault),
      delaysMs: [1],
    };
  }
}

describe('a session that ended itself', () => {
  it('is refused as unavailable, and opened again by itself', async () => {
    const sessions = new Sessions();
    const database = await keepOpen(sessions.parts());
    expect(await database.query('')).toEqual([{ number: 1 }]);
    sessions.end();
    await expect(database.query('')).rejects.toBe(ended);
    await expect(database.transaction((client) => client.query(''))).rejects.toBe(ended);
    await expect.poll(() => database.query('').catch(() => null)).toEqual([{ number: 2 }]);
    await database.close();
    expect(sessions.closed).toBe(1);
  });

  it('is not opened while there is no room, however long that takes', async () => {
    const sessions = new Sessions();
    const database = await keepOpen(sessions.parts());
    sessions.room = new Error('ENOSPC');
    sessions.end();
    await expect.poll(() => sessions.lines.length).toBeGreaterThan(8);
    expect([sessions.opened, sessions.lost]).toEqual([1, null]);
    sessions.room = null;
    await expect.poll(() => sessions.opened).toBe(2);
    await database.close();
  });

  it('is lost to the process where it does not open three times though there is room', async () => {
    const sessions = new Sessions();
    const database = await keepOpen(sessions.parts());
    sessions.fault = new Error('cannot be opened');
    sessions.end();
    await expect.poll(() => sessions.lost).toBe(sessions.fault);
    expect(sessions.lines.filter((said) => said.includes('could not be opened'))).toHaveLength(3);
    await database.close();
  });

  it('stays closed when it is closed meanwhile', async () => {
    const sessions = new Sessions();
    const database = await keepOpen(sessions.parts());
    sessions.end();
    await database.close();
    expect(sessions.opened).toBe(1);
    await expect(database.query('')).rejects.toBe(ended);
  });
});
