import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { openSharedDatabase } from '../../processor/store/sharedDatabase.ts';
import { makeTestPlace, openTestDatabase, storeKinds } from '../support/database.ts';
import { makeCall, postCalls } from '../support/exports.ts';
import { decide, holdTable, metric, startInProcess } from './serviceInProcess.ts';

/** Four are asked at once and 64 wait: of 80, twelve are refused. */
const QUESTIONS = 80;
const TAKEN = 4 + 64;

describe('questions that take long on PostgreSQL', () => {
  it('hold up neither exports nor decisions nor readiness, and pile up to a limit', async () => {
    await using place = await openTestDatabase('postgres18');
    await using service = await startInProcess(place);
    // Of what this test asks for only questions read it: without a budget nobody is alerted.
    const release = await holdTable(place.database, 'alerts', 'access exclusive');

    const asked = Array.from({ length: QUESTIONS }, () => fetch(`${service.api}/api/v1/alerts`));
    const refused = await firstOf(asked, QUESTIONS - TAKEN);
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 503));
    expect(refused[0]?.headers.get('retry-after')).toBe('2');
    expect(await refused[0]?.json()).toMatchObject({
      code: 'overloaded',
      detail: '64 questions wait to be answered: come again.',
    });
    expect(await metric(service.api, 'tollgate_store_waiting{share="questions"}')).toBe(64);
    expect(await metric(service.api, 'tollgate_questions_refused_total{reason="waiting"}')).toBe(QUESTIONS - TAKEN);
    expect((await postCalls(service.http, [makeCall()])).status).toBe(200);
    expect((await decide(service.api)).status).toBe(200);
    expect((await fetch(`${service.api}/readyz`)).status).toBe(200);

    await release();
    const answered = (await Promise.all(asked)).filter(({ status }) => status === 200);
    expect(answered).toHaveLength(TAKEN);
  });

  it('are ended by the server after their time, with an answer that says so', async () => {
    await using place = await makeTestPlace('postgres15');
    const reasons: string[] = [];
    const shared = await openSharedDatabase(
      { databaseUrl: place.url, dataDir: '' },
      { onRefused: (reason) => reasons.push(reason), questions: { statementMsMax: 100 } },
    );
    await expect(shared.questions.query('select pg_sleep(20)')).rejects.toMatchObject({
      code: 'question_timeout',
      retryAfterSeconds: 10,
      message: expect.stringContaining('took longer than 100 ms'),
    });
    await expect(shared.ingest.query('select pg_sleep(0.2)')).resolves.toHaveLength(1);
    expect(reasons).toEqual(['timeout']);
    await shared.close();
  });

  it('are told to come again when they waited too long for others', async () => {
    await using place = await makeTestPlace('postgres15');
    const shared = await openSharedDatabase(
      { databaseUrl: place.url, dataDir: '' },
      { onRefused: () => undefined, questions: { running: 1, waitMsMax: 50 } },
    );
    const long = shared.questions.query('select pg_sleep(1)');
    await expect(shared.questions.query('select 1')).rejects.toMatchObject({
      code: 'overloaded',
      retryAfterSeconds: 2,
    });
    await long;
    await expect(shared.questions.query('select 1 as one')).resolves.toEqual([{ one: 1 }]);
    await shared.close();
  });

  it('have connections of their own: 17 of a service in all', async () => {
    await using place = await makeTestPlace('postgres15');
    const shared = await openSharedDatabase({ databaseUrl: place.url, dataDir: '' }, { onRefused: () => undefined });
    const asking = (['access', 'gate', 'ingest', 'upkeep', 'questions'] as const).flatMap((share) =>
      Array.from({ length: 20 }, () => shared[share].query('select pg_sleep(0.3)')),
    );
    const watching = await openDatabase({ databaseUrl: place.url, dataDir: '' });
    const open = () =>
      watching.query(
        `select application_name as share, count(*)::int as connections from pg_stat_activity
where application_name like 'tollgate %' and datname = current_database() group by 1 order by 1`,
      );
    const all = [
      { share: 'tollgate access', connections: 2 },
      { share: 'tollgate gate', connections: 4 },
      { share: 'tollgate ingest', connections: 3 },
      { share: 'tollgate questions', connections: 4 },
      { share: 'tollgate upkeep', connections: 4 },
    ];
    // They are opened as they are needed, and stay open for a minute.
    await expect.poll(open).toEqual(all);
    await Promise.all(asking);
    expect(await open()).toEqual(all);
    await watching.close();
    await shared.close();
  });
});

describe('questions on the embedded store', () => {
  it('let a commit wait for the one under way and no other, and are refused when too many wait', async () => {
    await using place = await makeTestPlace('embedded');
    const shared = await openSharedDatabase({ dataDir: place.dataDir }, { onRefused: () => undefined });
    let answered = 0;
    const ask = () =>
      shared.questions.query('select count(*) from generate_series(1, 1000)').then(() => (answered += 1));
    const asked = Array.from({ length: 20 }, ask);
    const commit = shared.ingest.transaction(() => Promise.resolve(answered));
    const outcomes = await Promise.allSettled(asked);
    expect(await commit).toBeLessThanOrEqual(1);
    // One is asked and 16 wait.
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(17);
    expect(shared.waiting('questions')).toBe(0);
    await shared.close();
  });
});

describe.each(storeKinds)('the shares of %s', (kind) => {
  it('go on after a question has failed', async () => {
    await using place = await makeTestPlace(kind);
    const shared = await openSharedDatabase(
      { databaseUrl: place.url, dataDir: place.dataDir },
      { onRefused: () => undefined, questions: { running: 1 } },
    );
    await expect(shared.questions.query('select 1 / 0')).rejects.toThrow('division by zero');
    const failing = shared.questions.transaction(() => Promise.reject(new Error('given up')));
    await expect(failing).rejects.toThrow('given up');
    await expect(shared.questions.query('select 2 as two')).resolves.toEqual([{ two: 2 }]);
    await shared.close();
  });
});

/** The first `count` of the answers to arrive. */
async function firstOf(asked: readonly Promise<Response>[], count: number): Promise<Response[]> {
  const arrived: Response[] = [];
  await new Promise<void>((resolve, reject) => {
    for (const each of asked) {
      each.then((response) => {
        arrived.push(response);
        if (arrived.length === count) resolve();
      }, reject);
    }
  });
  return arrived.slice(0, count);
}
