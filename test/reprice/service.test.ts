import { describe, expect, it } from 'vitest';
import { runProgram } from '../../processor/commands/program.ts';
import { makeCall, postCalls } from '../support/exports.ts';
import { type RunningHere, startHere } from '../security/running.ts';

interface Reprice {
  readonly calls: number;
  readonly by_model: readonly object[];
  readonly [sum: string]: unknown;
}

async function ask(service: RunningHere, method: string, path: string, body?: object) {
  const response = await fetch(`http://${service.api}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Reprice };
}

/** As somebody types it: what it prints, and its exit code. */
async function typed(
  service: RunningHere,
  ...words: string[]
): Promise<{ readonly text: string; readonly code: number }> {
  const where = service.databaseUrl === undefined ? [] : ['--database-url', service.databaseUrl];
  let text = '';
  const code = await runProgram(['node', 'tollgate', ...words, '--data-dir', service.dataDir, ...where], {
    version: '1.2.3',
    print: (printed) => void (text += printed),
    tell: () => undefined,
    serve: () => Promise.reject(new Error('expected no service')),
  });
  return { text, code };
}

const DAY_MS = 86_400_000;
const yesterday = new Date(Date.now() - DAY_MS).toISOString().slice(0, 10);

describe.each(['embedded', 'postgres18'] as const)('a price set for the past on %s', { timeout: 120_000 }, (kind) => {
  it('changes calls that are repriced, first by the API, then by the command, and no others', async () => {
    await using service = await startHere(kind);
    await postCalls(`http://${service.http}`, [makeCall(), makeCall()]);
    const price = { input_usd_per_mtok: '5', output_usd_per_mtok: '20', effective_from: yesterday };
    expect((await ask(service, 'PUT', '/api/v1/prices/openai/gpt-4o', price)).status).toBeLessThan(300);
    const costs = async () => (await ask(service, 'GET', '/api/v1/costs?period=7d')).body['totals'];
    expect(await costs()).toMatchObject({ cost_usd: '0.007', calls: 2 });

    // Two calls of 0.0035 USD become two of 1,000 × 5e-6 + 100 × 2e-5 = 0.007 USD.
    const sums = {
      calls: 2,
      newly_priced_calls: 0,
      newly_unpriced_calls: 0,
      before_usd: '0.007',
      after_usd: '0.014',
      delta_usd: '0.007',
    };
    const dry = await ask(service, 'POST', '/api/v1/reprice', { from: yesterday });
    expect(dry).toMatchObject({ status: 200, body: { dry_run: true, examined_calls: 2, restated_calls: 2, ...sums } });
    expect(dry.body.by_model).toEqual([{ provider: 'openai', model: 'gpt-4o', ...sums }]);
    expect(await costs()).toMatchObject({ cost_usd: '0.007' });

    const applied = await ask(service, 'POST', '/api/v1/reprice', { from: yesterday, dry_run: false });
    expect(applied.body).toMatchObject({ dry_run: false, ...sums });
    expect(await costs()).toMatchObject({ cost_usd: '0.014', calls: 2 });
    const again = await ask(service, 'POST', '/api/v1/reprice', { from: yesterday, dry_run: false });
    expect(again.body).toMatchObject({ calls: 0, restated_calls: 0, delta_usd: '0', by_model: [] });

    await ask(service, 'PUT', '/api/v1/prices/openai/gpt-4o', { ...price, output_usd_per_mtok: '0' });
    const said = await typed(service, 'reprice', '--from', yesterday);
    expect(said.text).toMatch(
      /^Would be priced anew: 2 charged calls, -0\.004 USD in all; 2 of 2 calls that were looked at\. Nothing was changed/,
    );
    expect(await costs()).toMatchObject({ cost_usd: '0.014' });
    const done = await typed(service, 'reprice', '--from', yesterday, '--model', 'gpt-4*, o3', '--apply', '--json');
    expect(JSON.parse(done.text)).toMatchObject({ calls: 2, before_usd: '0.014', after_usd: '0.01', dry_run: false });
    expect(await costs()).toMatchObject({ cost_usd: '0.01' });
    expect(await typed(service, 'audit')).toMatchObject({ code: 0 });
    expect((await typed(service, 'reprice', '--from', yesterday)).text).toBe(
      'Looked at 2 calls: all have the price in force.\n',
    );
    const metrics = await fetch(`http://${service.api}/metrics`);
    // Two by the API, and two by the command where it came through the socket.
    expect(await metrics.text()).toContain(`tollgate_calls_repriced_total ${kind === 'embedded' ? 4 : 2}`);
  });

  it('is refused where it is asked for wrongly', async () => {
    await using service = await startHere(kind);
    const refused = async (body: object) => (await ask(service, 'POST', '/api/v1/reprice', body)).body;
    expect(await refused({})).toMatchObject({ code: 'bad_parameter', status: 400 });
    expect(await refused({ from: 'soon' })).toMatchObject({ code: 'bad_parameter' });
    expect(await refused({ from: yesterday, to: yesterday })).toMatchObject({ code: 'bad_parameter' });
    expect(await refused({ from: yesterday, models: [] })).toMatchObject({ code: 'bad_parameter' });
    expect(await refused({ from: yesterday, apply: true })).toMatchObject({ code: 'bad_parameter' });
    expect(await refused({ from: yesterday, dry_run: 'no' })).toMatchObject({ code: 'bad_parameter' });
    await expect(typed(service, 'reprice', '--from', 'soon')).rejects.toThrow('from: found "soon", expected a date');
  });
});
