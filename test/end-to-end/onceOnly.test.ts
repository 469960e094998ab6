import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { getCosts } from '../support/asking.ts';
import { makeTestPlace, storeKinds, type TestPlace } from '../support/database.ts';
import { makeCall, postCalls, traceExport } from '../support/exports.ts';
import { SERVICE_TEST_TIMEOUT_MS, runTollgate, startService, type RunningService } from '../support/service.ts';

const storeArgs = (place: TestPlace): string[] => [
  '--data-dir',
  place.dataDir,
  ...(place.url === undefined ? [] : ['--database-url', place.url]),
];

const calls = Array.from({ length: 60 }, (_, index) =>
  makeCall({ agent: `agent-${index % 3}`, user: `u${index % 5}`, inputTokens: 100 + index, outputTokens: index }),
);
// 100 + 0 … 100 + 59 are 6000 + 1770 = 7770 tokens in, 1770 out: 7770 × 2.5e-6 + 1770 × 1e-5 = 0.019425 + 0.0177
const EXPECTED = { calls: 60, cost_usd: '0.037125', input_tokens: 7_770, output_tokens: 1_770 };

async function expectTotals(service: RunningService): Promise<void> {
  expect((await getCosts(service.api)).totals).toMatchObject(EXPECTED);
  const { groups } = await getCosts(service.api, 'period=24h&group_by=agent');
  expect(groups.map((group) => group.calls)).toEqual([20, 20, 20]);
}

async function send(service: RunningService, part: typeof calls): Promise<void> {
  expect((await postCalls(service.http, part)).status).toBe(200);
}

describe.each(storeKinds)('the same export on %s', { timeout: SERVICE_TEST_TIMEOUT_MS }, (kind) => {
  it('counts once: three times over, split, backwards, and many copies at the same time', async () => {
    await using place = await makeTestPlace(kind);
    await using service = await startService({ args: storeArgs(place) });
    expect(service.store).toBe(kind === 'embedded' ? 'embedded' : 'postgres');
    for (let time = 0; time < 3; time += 1) {
      await send(service, calls);
      await expectTotals(service);
    }
    for (const at of [40, 0, 20]) await send(service, calls.slice(at, at + 20));
    await send(service, [...calls].reverse());
    await Promise.all(Array.from({ length: 8 }, (_, copy) => send(service, calls.slice(copy * 3))));
    await expectTotals(service);
    const audit = await runTollgate(['audit', ...storeArgs(place)]);
    expect(audit).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('two processes on one PostgreSQL', { timeout: SERVICE_TEST_TIMEOUT_MS }, () => {
  it('count what both get at the same time once', async () => {
    await using place = await makeTestPlace('postgres18');
    await using first = await startService({ args: storeArgs(place) });
    await using second = await startService({
      args: ['--data-dir', `${place.dataDir}/second`],
      env: { DATABASE_URL: place.url ?? '' },
    });
    const parts = Array.from({ length: 12 }, (_, part) => calls.slice(part * 5, part * 5 + 10));
    await Promise.all(parts.flatMap((part) => [send(first, part), send(second, [...part].reverse())]));
    await Promise.all([send(first, calls), send(second, calls)]);
    await expectTotals(first);
    await expectTotals(second);
  });
});

describe('the answer to an export', { timeout: SERVICE_TEST_TIMEOUT_MS }, () => {
  it('names what was rejected and takes the rest', async () => {
    await using place = await makeTestPlace('embedded');
    await using service = await startService({ args: ['--data-dir', place.dataDir, '--retention-days', '10'] });
    const day = 86_400_000;
    const [fresh, old, early] = [
      makeCall(),
      makeCall({ startedAtMs: Date.now() - 11 * day }),
      makeCall({ startedAtMs: Date.now() + 2 * day }),
    ];
    const response = await postCalls(service.http, [fresh, old, early]);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      partialSuccess: {
        rejectedSpans: '2',
        errorMessage: 'started more than 10 days ago (retention_days): 1; start more than a day in the future: 1',
      },
    });
    expect((await getCosts(service.api)).totals.calls).toBe(1);
    const metrics = await (await fetch(`${service.api}/metrics`)).text();
    expect(metrics).toContain('tollgate_spans_rejected_total{reason="too_old"} 1');
    expect(metrics).toContain('tollgate_spans_rejected_total{reason="in_future"} 1');
    expect(metrics).toContain('tollgate_calls_stored_total{charge="charged"} 1');
    expect(
      service.log
        .map((line) => JSON.parse(line) as { msg: string })
        .some(({ msg }) => msg.startsWith('spans were rejected')),
    ).toBe(true);
  });

  it('is 413 above the configured limit and 200 just below it', async () => {
    await using place = await makeTestPlace('embedded');
    const body = traceExport([makeCall()]).padEnd(2_048, ' ');
    const post = async (text: string, service: RunningService): Promise<number> =>
      (
        await fetch(`${service.http}/v1/traces`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: text,
        })
      ).status;
    await using service = await startService({
      args: ['--data-dir', place.dataDir, '--config', await writeLimit(place, 2_048)],
    });
    expect(await post(body, service)).toBe(200);
    expect(await post(`${body} `, service)).toBe(413);
  });
});

async function writeLimit(place: TestPlace, bytes: number): Promise<string> {
  const file = `${place.dataDir}/tollgate.yaml`;
  await writeFile(file, `limits: { body_bytes: ${bytes} }\n`);
  return file;
}
