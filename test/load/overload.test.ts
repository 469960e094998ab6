import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../support/database.ts';
import { makeCall, postCalls } from '../support/exports.ts';
import { getCosts } from '../support/asking.ts';
import { decide, holdTable, metric, startInProcess } from './serviceInProcess.ts';

const CALLS_AN_EXPORT = 10;
const PAUSE_MS = 100;

const makeExport = () => Array.from({ length: CALLS_AN_EXPORT }, () => makeCall());

describe('a service that is sent more than it can store', () => {
  it('refuses early with a time to come again, answers everything else, and stores what it took and what comes again', async () => {
    await using place = await openTestDatabase('postgres18');
    await using service = await startInProcess(place);
    // The first export makes the partitions, which would wait for the lock too.
    expect((await postCalls(service.http, [makeCall()])).status).toBe(200);
    // Reading goes on, and nothing is booked until it is released.
    const release = await holdTable(place.database, 'ledger', 'share row exclusive');

    const answers: Promise<Response>[] = [];
    const refusals: Response[] = [];
    let again: ReturnType<typeof makeExport> = [];
    while (refusals.length === 0) {
      const calls = makeExport();
      const answer = postCalls(service.http, calls);
      answers.push(answer);
      void answer.then((response) => {
        if (response.status === 200) return;
        refusals.push(response);
        again = calls;
      });
      // Whoever is taken is answered after his commit, which waits for the lock; whoever is refused, at once.
      await sleep(PAUSE_MS);
    }
    const [refused] = refusals;
    expect(refused?.status).toBe(503);
    expect(await refused?.json()).toMatchObject({ code: 14, message: expect.stringContaining('wait to be stored') });
    const retryAfter = Number(refused?.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThanOrEqual(1);
    expect(retryAfter).toBeLessThanOrEqual(30);

    for (const path of ['/healthz', '/readyz', '/api/v1/costs?period=24h']) {
      expect([path, (await fetch(service.api + path)).status]).toEqual([path, 200]);
    }
    const decision = await decide(service.api);
    expect([decision.status, ((await decision.json()) as { effect: string }).effect]).toEqual([200, 'allow']);
    // Those that were sent last may still be on their way.
    const queuedExports = async () => (await metric(service.api, 'tollgate_store_queued_spans')) / CALLS_AN_EXPORT;
    const known = expect.poll(async () => (await queuedExports()) + refusals.length, { timeout: 20_000 });
    await known.toBe(answers.length);
    expect(await metric(service.api, 'tollgate_exports_refused_total{reason="expected_wait"}')).toBe(refusals.length);
    const taken = answers.length - refusals.length;
    expect(taken).toBeGreaterThan(1);
    expect(await metric(service.api, 'tollgate_store_expected_wait_seconds')).toBeGreaterThan(4);

    await release();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(taken);
    expect((await postCalls(service.http, again)).status).toBe(200);
    expect((await getCosts(service.api)).totals.calls).toBe(1 + (taken + 1) * CALLS_AN_EXPORT);
    expect(await metric(service.api, 'tollgate_store_queued_spans')).toBe(0);
  });
});
