import { describe, expect, it } from 'vitest';
import { formatUsd } from '../../src/money.ts';
import { getCosts } from '../support/asking.ts';
import { makeTestPlace, type StoreKind } from '../support/database.ts';
import { type ChatCall, costFemtoUsd, makeCall, postCalls } from '../support/exports.ts';
import { runTollgate, SERVICE_TEST_TIMEOUT_MS, startService, type RunningService } from '../support/service.ts';

const HOUR_MS = 3_600_000;
const kinds: readonly StoreKind[] = ['postgres18', 'embedded'];

async function ask<Answer>(service: RunningService, method: string, path: string, body?: object): Promise<Answer> {
  const init =
    body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${service.api}/api/v1/${path}`, { method, ...init });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return JSON.parse(text) as Answer;
}

interface Report {
  readonly calls: number;
  readonly before_usd: string;
  readonly after_usd: string;
  readonly delta_usd: string;
}

interface Shown {
  readonly cost_usd: string;
  readonly price: { readonly source: string; readonly card: string; readonly effective_from: string | null };
}

const shownOf = (service: RunningService, { traceId, spanId }: ChatCall): Promise<Shown> =>
  ask(service, 'GET', `calls/${traceId}/${spanId}`);

async function send(service: RunningService, calls: readonly ChatCall[]): Promise<void> {
  const { status } = await postCalls(service.http, calls);
  expect(status).toBe(200);
}

describe.each(kinds)('prices that change, on %s', { timeout: SERVICE_TEST_TIMEOUT_MS }, (kind) => {
  it('hold from their instant on; what they change of the past is repriced, and nothing else', async () => {
    await using place = await makeTestPlace(kind);
    const stored = ['--data-dir', place.dataDir, ...(place.url === undefined ? [] : ['--database-url', place.url])];
    await using service = await startService({ args: stored });
    const midnight = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 5 * HOUR_MS;
    const instant = new Date(midnight).toISOString();
    const at = (startedAtMs: number): ChatCall => makeCall({ startedAtMs, inputTokens: 1_000, outputTokens: 100 });
    // By the rate card: 1000 × 2.50/1e6 + 100 × 10/1e6 = 0.0035 USD a call.
    const [before, on, later] = [at(midnight - 1), at(midnight), at(midnight + HOUR_MS)];
    await send(service, [before, on, later]);
    expect((await getCosts(service.api)).totals.cost_usd).toBe(formatUsd(3n * costFemtoUsd(before)));

    const put = await ask<{ affects: { calls: number } }>(service, 'PUT', 'prices/openai/gpt-4o', {
      input_usd_per_mtok: '1.25',
      output_usd_per_mtok: '5',
      effective_from: instant,
    });
    // Two calls start at the instant or after it: they keep what they were charged until they are repriced.
    expect(put.affects.calls).toBe(2);
    expect((await getCosts(service.api)).totals.cost_usd).toBe('0.0105');

    // A call that comes now is priced by its own start: 1000 × 1.25/1e6 + 100 × 5/1e6 = 0.00175 USD from the instant on.
    const [lateBefore, lateOn] = [at(midnight - 1), at(midnight)];
    await send(service, [lateBefore, lateOn]);
    expect((await shownOf(service, lateBefore)).cost_usd).toBe('0.0035');
    expect(await shownOf(service, lateOn)).toMatchObject({
      cost_usd: '0.00175',
      price: { source: 'custom', card: 'custom/openai/gpt-4o', effective_from: instant },
    });

    const period = { from: new Date(midnight - 24 * HOUR_MS).toISOString(), to: new Date(Date.now()).toISOString() };
    const dry = await ask<Report>(service, 'POST', 'reprice', period);
    // 2 × 0.0035 = 0.007 become 2 × 0.00175 = 0.0035.
    expect(dry).toMatchObject({ calls: 2, before_usd: '0.007', after_usd: '0.0035', delta_usd: '-0.0035' });
    expect((await shownOf(service, on)).cost_usd).toBe('0.0035');

    const applied = await ask<Report>(service, 'POST', 'reprice', { ...period, dry_run: false });
    expect({ ...applied, dry_run: true }).toEqual(dry);
    expect((await shownOf(service, before)).cost_usd).toBe('0.0035');
    expect((await shownOf(service, on)).cost_usd).toBe('0.00175');
    expect((await shownOf(service, later)).cost_usd).toBe('0.00175');
    // 2 × 0.0035 + 3 × 0.00175
    expect((await getCosts(service.api)).totals).toMatchObject({ calls: 5, cost_usd: '0.01225' });

    const audit = await runTollgate(['audit', ...stored]);
    expect({ code: audit.code, stderr: audit.stderr }).toMatchObject({ code: 0 });
    // 5 first entries, and of two calls the old one back and the new one.
    expect(audit.stdout).toContain('The books close: 9 ledger entries');

    const again = await ask<Report>(service, 'POST', 'reprice', { ...period, dry_run: false });
    expect(again).toMatchObject({ calls: 0, delta_usd: '0' });
    const command = await runTollgate([
      'reprice',
      '--from',
      period.from,
      '--to',
      period.to,
      '--apply',
      '--json',
      ...stored,
    ]);
    expect({ code: command.code, report: JSON.parse(command.stdout) as unknown }).toMatchObject({
      code: 0,
      report: { calls: 0, delta_usd: '0' },
    });
    expect((await runTollgate(['audit', ...stored])).stdout).toContain('The books close: 9 ledger entries');
  });
});
