import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { makeTestPlace, type TestPlace } from '../support/database.ts';
import { readCommandLine, runCommandLine } from './commandLine.ts';

/** A million tokens each way. */
const USAGE = '--usage input=1000000,output=1000000';
const showContract = (place: TestPlace, at: string) =>
  readCommandLine(place, `prices show gpt-4o --provider openai --at ${at} ${USAGE}`);

/** It holds in December of a year that is not over when the test runs, so that it can be ended before it begins. */
const YEAR = new Date().getUTCFullYear() + 1;
const [BEGIN, END] = [`${YEAR}-12-01`, `${YEAR + 1}-01-01`];

/** `tollgate prices set openai gpt-4o`, 2.25 and 9 USD a million tokens in that month. */
const setContract = (place: TestPlace, tenant = 'default') =>
  runCommandLine(
    place,
    `prices set openai gpt-4o --input 2.25 --output 9 --from ${BEGIN} --to ${END} --tenant ${tenant}`,
  );

describe('prices on the embedded store', () => {
  it('are set, shown and ended', async () => {
    await using place = await makeTestPlace('embedded');
    await setContract(place);
    expect(await showContract(place, BEGIN)).toMatchObject({ price: { cost_usd: '11.25', source: 'custom' } });
    const ended = await runCommandLine(place, 'prices end openai gpt-4o');
    expect(ended.printed).toContain('Ended the price of openai/gpt-4o.');
  });
});

describe('prices on PostgreSQL', () => {
  it('are set for an interval, shown on both sides of it, listed, and ended', async () => {
    await using place = await makeTestPlace('postgres15');
    const set = await setContract(place);
    expect(set).toMatchObject({ exitCode: 0 });
    expect(set.printed).toBe(`Set: openai/gpt-4o, from ${BEGIN}T00:00:00.000Z to ${END}T00:00:00.000Z.\n`);
    // 2.50 + 10 by the rate card, 2.25 + 9 by the contract.
    for (const [at, cost_usd, source] of [
      [`${YEAR}-11-30T23:59:59.999Z`, '12.5', 'default'],
      [BEGIN, '11.25', 'custom'],
      [`${YEAR}-12-31T23:59:59.999Z`, '11.25', 'custom'],
      [END, '12.5', 'default'],
    ] as const) {
      expect(await showContract(place, at), at).toMatchObject({ price: { cost_usd, source } });
    }
    const listed = (at: string) => readCommandLine(place, `prices list --source custom --at ${at}`);
    expect(await listed(BEGIN)).toMatchObject({
      prices: [{ provider: 'openai', model: 'gpt-4o', input_usd_per_mtok: '2.25', output_usd_per_mtok: '9' }],
      later: [],
    });
    expect(await listed(`${YEAR}-11-30`)).toMatchObject({
      prices: [],
      later: [{ provider: 'openai', model: 'gpt-4o', effective_from: `${BEGIN}T00:00:00.000Z` }],
    });
    const ended = await runCommandLine(place, 'prices end openai gpt-4o');
    expect(ended.printed).toContain('Ended the price of openai/gpt-4o.');
    expect(await showContract(place, `${YEAR}-12-15`)).toMatchObject({ price: { source: 'default' } });
  });
});

describe('prices', () => {
  it('belong to the tenant for whom they are set, and stand in the audit log', async () => {
    await using place = await makeTestPlace('postgres18');
    await setContract(place, 'acme');
    expect(await showContract(place, `${YEAR}-12-15`)).toMatchObject({ price: { source: 'default' } });
    const acme = await readCommandLine(place, `prices show gpt-4o --provider openai --at ${YEAR}-12-15 --tenant acme`);
    expect(acme).toMatchObject({ price: { source: 'custom' } });
    const database = await openDatabase({ databaseUrl: place.url, dataDir: place.dataDir });
    const actions = await database.query('select tenant, key_id, action from tollgate_data.audit_log');
    await database.close();
    expect(actions).toEqual([{ tenant: 'acme', key_id: null, action: 'price.put' }]);
  });

  it('may have every rate, long context too, and may hold for the past', async () => {
    await using place = await makeTestPlace('postgres18');
    const set = 'prices set vllm llama-* --from always --input 1 --output 2 --request 5 --cache-read 0.1';
    await runCommandLine(place, `${set} --cache-write-1h 2 --long-context 200000:input=3,output=4`);
    const show = (counts: string) =>
      readCommandLine(place, `prices show llama-70b --provider vllm --at 2020-01-01 --usage ${counts}`);
    // A request of 5 USD a thousand is 0.005; 100,000 × 1 + 100,000 × 0.1 + 10 × 2 millionths, 0.1 + 0.01 + 0.00002.
    expect(await show('input=100000,cache_read=100000,output=10')).toMatchObject({
      price: { cost_usd: '0.11502', card: 'custom/vllm/llama-*', effective_from: null },
    });
    // One token more of input: 100,001 × 3 + 100,000 × 0.1 + 10 × 4 millionths.
    expect(await show('input=100001,cache_read=100000,output=10')).toMatchObject({
      price: { cost_usd: '0.315043' },
    });
  });

  it('map a deployment to its model, and to none that nobody knows', async () => {
    await using place = await makeTestPlace('postgres18');
    const map = (to: string) => runCommandLine(place, `prices set azure.ai.openai prod --from always --maps-to ${to}`);
    await map('gpt-4o');
    const shown = await readCommandLine(place, `prices show prod --provider azure.ai.openai ${USAGE}`);
    expect(shown).toMatchObject({ price: { card: 'azure/gpt-4o', cost_usd: '12.5' } });
    await expect(map('gpt-4o-mni')).rejects.toMatchObject({
      code: 'bad_parameter',
      message: expect.stringContaining('azure/gpt-4o-mini') as string,
    });
  });

  it('of an unknown name are none, with names like it, and exit code 1', async () => {
    await using place = await makeTestPlace('postgres18');
    const { exitCode, printed } = await runCommandLine(place, 'prices show gpt-4o-mni --provider openai');
    expect(exitCode).toBe(1);
    expect(printed).toContain('no price: unknown_model');
    expect(printed).toContain('Names like it: openai/gpt-4o-mini');
  });

  it.each([
    ['show gpt-4o --usage input=1,input=2', 'usage: expected counts such as input=1000'],
    ['show gpt-4o --usage inputs=1', 'usage: expected counts such as input=1000'],
    ['show gpt-4o --usage input=1.5', 'usage: expected counts such as input=1000'],
    ['show gpt-4o --at yesterday', 'at: expected a date (2026-01-31'],
    ['set openai gpt-4o --input 1', 'output_usd_per_mtok, or maps_to, found nothing'],
    ['set openai gpt-4o --input 1 --output -2', 'found "-2"'],
    [`show ${'m'.repeat(257)}`, 'model: expected 1 to 256 characters'],
    ['set openai gpt-4o --input 1e-3 --output 1', 'input_usd_per_mtok: expected USD for a million'],
    ['set openai gpt-4o --input 1', 'output_usd_per_mtok, or maps_to'],
    ['set openai gpt-4o --input 1 --output 1 --maps-to gpt-4o', 'maps_to: expected either'],
    [
      'set openai gpt-4o --input 1 --output 1 --long-context many:input=1',
      'long_context.0.above_input_tokens: expected',
    ],
    [
      'set openai gpt-4o --input 1 --output 1 --long-context 5:inputs=1',
      'long_context.0.inputs: expected one of the keys',
    ],
    ['set open/ai gpt-4o --input 1 --output 1', 'provider: expected the name of a provider'],
    ['end openai gpt-4o', 'There is no price of "gpt-4o"'],
    ['list --source mine', 'source: expected default, correction, custom'],
    ['unpriced --period 1y', 'period: expected 24h, 7d, 30d, 90d'],
  ])('refuse %s', async (args, message) => {
    await using place = await makeTestPlace('postgres18');
    await expect(runCommandLine(place, `prices ${args}`)).rejects.toThrow(message);
  });
});
