import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../processor/commands/table.ts';
import { listenControl } from '../../processor/control.ts';
import { createStore } from '../../processor/store/createStore.ts';
import { aCall, costing, noSubject, openTestApi, unpriced } from '../api/fill.ts';
import { runCommandLine } from '../prices-commands/commandLine.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const NOW = new Date('2026-04-01T10:20:30.400Z');
const of = (agent: string) => ({ own: { ...noSubject, agent, tags: { team: 'blue' } } });

/** 1234.5 of the bot, 0.000041 of the cat, and one call of an unknown price. */
async function fill({ database }: Pick<TestDatabase, 'database'>, tenant = 'default'): Promise<void> {
  const store = createStore(database, { settleDelayMs: 60_000, nowMs: () => NOW.getTime() });
  const calls = [
    aCall(1, { ...of('bot'), price: costing('1234.5') }),
    aCall(2, { ...of('cat'), price: costing('0.000041') }),
    aCall(3, { ...of('dog'), model: 'home-made', price: unpriced }),
  ];
  await store.commit({ tenant, keyAgent: null, spans: [], calls });
  await store.close();
}

/** The store behind a socket, as in the running service. */
async function withService(work: (run: (args: string) => Promise<string>, place: TestDatabase) => Promise<void>) {
  await using test = await openTestDatabase('postgres15');
  await fill(test);
  const { database, dataDir } = test;
  const context = { database, now: () => NOW, keysChanged: () => undefined };
  const control = await listenControl(
    dataDir,
    (name, args, onProgress, onOutput) => runCommand({ ...context, onProgress, onOutput }, name, args),
    () => undefined,
  );
  try {
    await work(async (args) => (await runCommandLine({ dataDir }, args)).printed, test);
  } finally {
    await control?.close();
  }
}

describe('tollgate report', () => {
  it('prints the dearest first, exact and below each other, with the total and what is not in it', async () => {
    await withService(async (run) => {
      expect((await run('report --from 2026-03-31 --to 2026-04-01')).split('\n')).toEqual([
        'Tenant default by agent, model, from 2026-03-31 00:00 to 2026-04-01 00:00 (UTC).',
        '3 calls cost 1,234.500041 USD.',
        'Not in the sum, because they have no price: 1 (see tollgate prices unpriced).',
        'agent  model      cost USD      share   calls  unpriced  errors  input  of it cached  output',
        '-----  ---------  ------------  ------  -----  --------  ------  -----  ------------  ------',
        'bot    gpt-4o     1,234.5       100.0%      1         0       0     10             0       5',
        'cat    gpt-4o         0.000041    0.0%      1         0       0     10             0       5',
        'dog    home-made      -                     1         1       0     10             0       5',
        'total             1,234.500041              3         1       0     30             0      15',
        '',
      ]);
    });
  });

  it('has a row a day in the zone asked for', async () => {
    await withService(async (run) => {
      const printed = await run(
        'report --by agent --interval day --timezone Europe/Berlin --where agent=cat --where tag.team=blue',
      );
      expect(printed.split('\n').slice(0, 6)).toEqual([
        'Tenant default by agent, from 2026-03-02 11:20 to 2026-04-01 12:20 (Europe/Berlin), agent=cat, tag.team=blue.',
        '1 call costs 0.000041 USD.',
        'day         agent  cost USD  calls  unpriced  errors  input  of it cached  output',
        '----------  -----  --------  -----  --------  ------  -----  ------------  ------',
        '2026-03-31  cat    0.000041      1         0       0     10             0       5',
        'total              0.000041      1         0       0     10             0       5',
      ]);
    });
  });

  it('says that there are more groups than it shows, which are in the total', async () => {
    await withService(async (run) => {
      const printed = await run('report --by agent --limit 1');
      expect(printed).toContain('3 calls cost 1,234.500041 USD.');
      expect(printed).toContain('The 1 dearest; there are more, which are in the total');
      expect(printed).not.toContain('cat');
    });
  });

  it('lets no name steer the terminal or turn the order of what is read', async () => {
    await withService(async (run, { database }) => {
      const store = createStore(database, { settleDelayMs: 60_000, nowMs: () => NOW.getTime() });
      const names = ['\u001b[31mred', '\u202Etxt.exe', '\u2066left', 'two\u2028lines', 'שלום'];
      const calls = names.map((name, index) => aCall(index + 10, of(name)));
      await store.commit({ tenant: 'default', keyAgent: null, spans: [], calls });
      await store.close();
      const printed = await run('report --by agent');
      for (const shown of ['\u{fffd}[31mred', '\u{fffd}txt.exe', '\u{fffd}left', 'two\u{fffd}lines', 'שלום']) {
        expect(printed).toContain(shown);
      }
    });
  });

  it('says what it looked at where there is nothing', async () => {
    await withService(async (run) => {
      expect(await run('report --period 24h --where agent=nobody')).toBe(
        'Tenant default by agent, model, from 2026-03-31 10:20 to 2026-04-01 10:20 (UTC), agent=nobody.\n0 calls cost 0 USD.\n',
      );
    });
  });

  it('prints JSON as /api/v1/costs answers, and CSV and FOCUS as /api/v1/export does', async () => {
    await using api = await openTestApi('postgres15');
    await fill(api, 'acme');
    const context = { database: api.database, now: () => NOW, keysChanged: () => undefined };
    const report = async (args: object) => {
      let printed = '';
      const onOutput = async (text: string) => void (printed += text);
      const none = { by: null, period: null, from: null, to: null, timezone: null, interval: null, limit: null };
      const asked = { ...none, tenant: 'acme', where: ['agent=bot,dog'], ...args };
      const { data } = await runCommand({ ...context, onOutput }, 'report', asked);
      return { data, printed };
    };
    const { next_cursor: _, ...costs } = (await api.get('/api/v1/costs?group_by=agent,model&agent=bot,dog')).body;
    expect((await report({ format: 'json' })).data).toEqual(costs);
    const get = async (query: string) => (await api.get(`/api/v1/export?agent=bot,dog&${query}`)).body;
    expect((await report({ format: 'csv', by: 'agent', interval: 'day' })).printed).toBe(
      await get('group_by=agent&interval=day'),
    );
    expect((await report({ format: 'csv' })).printed).toBe(await get('group_by=agent,model'));
    expect((await report({ format: 'focus' })).printed).toBe(await get('format=focus'));
  });

  it('prints a file larger than one piece through the socket, whole', async () => {
    await withService(async (run, { database }) => {
      const store = createStore(database, { settleDelayMs: 60_000, nowMs: () => NOW.getTime() });
      const calls = Array.from({ length: 900 }, (_, index) => aCall(index + 10, of(`agent-${index}`)));
      await store.commit({ tenant: 'default', keyAgent: null, spans: [], calls });
      await store.close();
      const printed = await run('report --format focus --by agent');
      // 903 calls with input and output each, and the header; of some 500 characters.
      expect(printed.split('\r\n')).toHaveLength(903 * 2 + 1 + 1);
      expect(printed.length).toBeGreaterThan(10 * 65_536);
    });
  });

  it.each([
    ['report --by colour', 'group_by: found "colour", expected any of agent, user'],
    ['report --where colour=red', 'colour: found ["red"], expected a parameter of this call'],
    ['report --where limit=5', 'where: found "limit=5", expected DIMENSION=VALUE or tag.NAME=VALUE'],
    ['report --where agent', 'agent: found [""], expected a text of 1 to 4096 characters'],
    ['report --limit 5 --format csv', 'limit: found "5", expected a parameter of this call: group_by, interval'],
    ['report --format xml', 'format: expected table, json, csv, focus'],
    ['report --format csv --json', "option '--format <format>' cannot be used with option '--json'"],
    ['report --format focus --interval week', 'interval: found "week", expected hour, day or month'],
    ['report --period 24h --to 2026-01-01', 'period: found "24h", expected either period, or from and to'],
  ])('%s is refused: %s', async (args, message) => {
    await withService(async (run) => {
      await expect(run(args)).rejects.toThrow(message);
    });
  });

  it('works on a store that nothing else has open', async () => {
    await using test = await openTestDatabase('embedded');
    await fill(test);
    await test.database.close();
    expect(fs.existsSync(path.join(test.dataDir, 'control.sock'))).toBe(false);
    const { printed, exitCode } = await runCommandLine(
      test,
      'report --by agent --from 2026-03-31 --to 2026-04-01 --format csv',
    );
    expect([exitCode, printed.split('\r\n').map((line) => line.split(',').slice(0, 2))]).toEqual([
      0,
      [['agent', 'cost_usd'], ['bot', '1234.5'], ['cat', '0.000041'], ['dog', ''], ['']],
    ]);
  });
});
