import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatUsd, parseUsd } from '../../src/money.ts';
import type { TestApi } from '../api/fill.ts';
import { openFilled, readCsv, SUM_USD, sumOf, sumUsd } from './charges.ts';

const FOCUS_1_2_MANDATORY = [
  'BilledCost',
  'BillingAccountId',
  'BillingAccountName',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargeClass',
  'ChargeDescription',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'ContractedCost',
  'EffectiveCost',
  'InvoiceIssuerName',
  'ListCost',
  'PricingQuantity',
  'PricingUnit',
  'ProviderName',
  'PublisherName',
  'ServiceCategory',
  'ServiceName',
];
/** Those of them that may be null. */
const NULLABLE = ['BillingAccountName', 'ChargeClass', 'ChargeDescription', 'PricingQuantity', 'PricingUnit'];
const COSTS = ['BilledCost', 'ContractedCost', 'EffectiveCost', 'ListCost'];

let api: TestApi;
beforeAll(async () => {
  api = await openFilled('postgres15');
});
afterAll(() => api[Symbol.asyncDispose]());

const focus = async (query = ''): Promise<Record<string, string>[]> => {
  const { status, body } = await api.get(`/api/v1/export?format=focus&${query}`);
  expect(status, String(body)).toBe(200);
  return readCsv(String(body));
};
/** Costs of the kinds of a model, in the order of the rows. */
const metersOf = (rows: readonly Record<string, string>[], model: string) =>
  rows
    .filter(({ SkuId }) => SkuId === model)
    .map((row) => [row['SkuMeter'], row['ConsumedQuantity'], row['ConsumedUnit'], row['EffectiveCost']]);

describe('an export in FOCUS', () => {
  it('costs what the API says, to the digit, in each of the four cost columns', async () => {
    const rows = await focus();
    const { body } = await api.get('/api/v1/costs');
    expect(body.totals.cost_usd).toBe(SUM_USD);
    for (const column of COSTS) expect(sumUsd(rows, column), column).toBe(SUM_USD);
    for (const row of rows) for (const column of COSTS) expect(parseUsd(row[column] ?? '')).not.toBeNull();
  });

  it('counts every call once, and its tokens as the API does', async () => {
    const rows = await focus();
    const { totals } = (await api.get('/api/v1/costs')).body;
    expect([sumOf(rows, 'x_Calls'), sumOf(rows, 'x_UnpricedCalls')]).toEqual([totals.calls, totals.unpriced_calls]);
    const tokens = rows.filter(({ ConsumedUnit }) => ConsumedUnit === 'Tokens');
    expect(sumOf(tokens, 'ConsumedQuantity')).toBe(totals.total_tokens);
  });

  it('has a row a kind of token and price: two calls of the hour in one, long context in its own', async () => {
    expect(metersOf(await focus(), 'claude-sonnet-4-5')).toEqual([
      ['Input Tokens', '4000', 'Tokens', '0.012'], // (1000 + 3000) × 3e-6
      ['Cached Input Tokens', '8000', 'Tokens', '0.0024'],
      ['Output Tokens', '300', 'Tokens', '0.0045'], // (200 + 100) × 15e-6, reasoning inside
      ['Input Tokens', '300000', 'Tokens', '1.8'], // × 6e-6
      ['Web Search Requests', '2', 'Requests', '0.02'],
    ]);
  });

  it('has a unit price that gives the cost to the digit: 8000 tokens are 0.008 of a million at 0.3', async () => {
    const rows = await focus();
    const [cached] = rows.filter(({ SkuMeter }) => SkuMeter === 'Cached Input Tokens');
    expect(cached).toMatchObject({
      PricingQuantity: '0.008',
      PricingUnit: '1000000 Tokens',
      ListUnitPrice: '0.3',
      ContractedUnitPrice: '0.3',
      EffectiveCost: '0.0024',
    });
    const priced = rows.filter(({ ContractedUnitPrice }) => ContractedUnitPrice !== '');
    expect(priced).toHaveLength(8);
    for (const { ContractedUnitPrice = '', PricingQuantity = '', EffectiveCost } of priced) {
      // Both have at most 15 decimals: their product in units of 1e-30.
      const product = (parseUsd(ContractedUnitPrice) ?? 0n) * (parseUsd(PricingQuantity) ?? 0n);
      expect(product % 10n ** 15n).toBe(0n);
      expect(formatUsd(product / 10n ** 15n)).toBe(EffectiveCost);
    }
  });

  it('shows a call without a price by itself, at 0 and counted', async () => {
    const rows = await focus('model=home-made');
    expect(rows.map(({ SkuMeter, x_UnpricedCalls }) => [SkuMeter, x_UnpricedCalls])).toEqual([
      ['Input Tokens', '1'], // a call is counted in its first row
      ['Output Tokens', '0'],
    ]);
    for (const row of rows) {
      expect(row).toMatchObject({
        EffectiveCost: '0',
        ListUnitPrice: '',
        SkuPriceId: '',
        SkuPriceDetails: '',
        PricingCategory: 'Other',
        x_CostStatus: 'unpriced',
        x_UnpricedReason: 'unknown_model',
        ProviderName: 'Unknown',
        ChargeDescription: expect.stringContaining('without a price (unknown_model)'),
      });
    }
  });

  it('names no meter without a model, nor details of a price without an id, as FOCUS has it', async () => {
    for (const row of await focus()) {
      expect(row['SkuMeter'] === '').toBe(row['SkuId'] === '');
      expect(row['SkuPriceDetails'] === '').toBe(row['SkuPriceId'] === '');
    }
  });

  it('puts the sum that a provider reported on the call itself', async () => {
    const rows = await focus('provider=openrouter');
    expect(metersOf(rows, 'qwen/qwen3-max')).toEqual([
      ['Input Tokens', '10', 'Tokens', '0'],
      ['Output Tokens', '5', 'Tokens', '0'],
      ['Calls', '1', 'Calls', '0.0123'],
    ]);
    expect(rows.map(({ ContractedUnitPrice, x_Calls }) => [ContractedUnitPrice, x_Calls])).toEqual([
      ['', '1'],
      ['', '0'],
      ['', '0'],
    ]);
    expect(rows[2]).toMatchObject({ ProviderName: 'OpenRouter', PublisherName: 'Alibaba Cloud' });
  });

  it('has a row for a call that consumed nothing', async () => {
    const rows = await focus('agent=(none)');
    expect(rows).toMatchObject([{ SkuMeter: 'Calls', ConsumedQuantity: '1', EffectiveCost: '0', x_Calls: '1' }]);
  });

  it('shows a fee by the thousand requests, and no list price where the tenant has its own', async () => {
    const rows = await focus('model=sonar');
    expect(metersOf(rows, 'sonar')).toContainEqual(['Requests', '1', 'Requests', '0.005']);
    const [fee] = rows.filter(({ SkuMeter }) => SkuMeter === 'Requests');
    expect(fee).toMatchObject({
      PricingQuantity: '0.001',
      PricingUnit: '1000 Requests',
      ContractedUnitPrice: '5',
      ListUnitPrice: '',
      x_PriceSource: 'custom',
    });
  });
});

describe('the columns of FOCUS 1.2', () => {
  it('that are mandatory are there, and filled where they may not be null', async () => {
    const rows = await focus();
    const names = Object.keys(rows[0] ?? {});
    expect(FOCUS_1_2_MANDATORY.filter((name) => !names.includes(name))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['ServiceProviderName', 'HostProviderName']));
    const filled = FOCUS_1_2_MANDATORY.filter((name) => !NULLABLE.includes(name));
    for (const row of rows) expect(filled.filter((name) => row[name] === '')).toEqual([]);
  });

  it('say the hour, the UTC month and who sells what', async () => {
    const [row] = await focus('provider=anthropic');
    expect(row).toMatchObject({
      BillingAccountId: 'acme',
      BillingCurrency: 'USD',
      BillingPeriodStart: '2026-03-01T00:00:00Z',
      BillingPeriodEnd: '2026-04-01T00:00:00Z',
      ChargePeriodStart: '2026-03-31T12:00:00Z',
      ChargePeriodEnd: '2026-03-31T13:00:00Z',
      ChargeCategory: 'Usage',
      ProviderName: 'Anthropic',
      PublisherName: 'Anthropic',
      InvoiceIssuerName: 'Anthropic',
      ServiceCategory: 'AI and Machine Learning',
      ServiceSubcategory: 'Generative AI',
      ServiceName: 'Claude API',
      SkuPriceId: 'anthropic/claude-sonnet-4-5 always standard input_uncached',
      SkuPriceDetails: '{"x_Model":"claude-sonnet-4-5","x_TokenKind":"input_uncached","x_ServiceTier":"standard"}',
      Tags: '{"agent":"bot","user":"u1","session":"(none)","environment":"(none)"}',
      x_CostStatus: 'priced',
    });
  });

  it('have the dimensions asked for as tags, and whole days or months where asked', async () => {
    const days = await focus('group_by=tag.team&interval=day&provider=anthropic');
    expect(new Set(days.map(({ Tags }) => Tags))).toEqual(new Set(['{"tag.team":"=blue"}']));
    expect(days[0]).toMatchObject({
      ChargePeriodStart: '2026-03-31T00:00:00Z',
      ChargePeriodEnd: '2026-04-01T00:00:00Z',
    });
    const months = await focus('interval=month');
    expect(months[0]).toMatchObject({
      ChargePeriodStart: '2026-03-01T00:00:00Z',
      ChargePeriodEnd: '2026-04-01T00:00:00Z',
    });
    expect(sumUsd(months, 'EffectiveCost')).toBe(SUM_USD);
  });

  it('do not know weeks, which may lie in two billing periods', async () => {
    const { status, body } = await api.get('/api/v1/export?format=focus&interval=week');
    expect([status, body.errors[0].field]).toEqual([400, 'interval']);
    expect(body.errors[0].expected).toContain('two billing periods');
  });
});
