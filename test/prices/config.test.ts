import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkConfigFile, describeProblem, readConfig } from '../../processor/config.ts';

function withFile<Result>(content: string, use: (file: string) => Result): Result {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'tollgate-prices-'));
  const file = path.join(directory, 'tollgate.yaml');
  fs.writeFileSync(file, content);
  try {
    return use(file);
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
}

const read = (content: string) => withFile(content, (config) => readConfig({ config }, {}));
const problems = (content: string): string[] =>
  withFile(content, (file) => checkConfigFile(file, {}).map((each) => describeProblem(each).slice(file.length + 2)));

describe('prices in the file', () => {
  it('are read as they are written, with dates as instants', () => {
    const result = read(`
prices:
  - provider: azure.ai.openai
    model: prod-*
    input_usd_per_mtok: "2.50"
    output_usd_per_mtok: "10"
    long_context:
      - { above_input_tokens: 200000, input_usd_per_mtok: "5" }
    from: 2026-01-01
    to: 2026-07-01T02:00:00+02:00
  - { provider: "*", model: in-house, maps_to: openai/gpt-4o }
pricing:
  azure_zone: data_zone
`);
    expect(result.ok && result.config.prices).toEqual([
      {
        provider: 'azure.ai.openai',
        model: 'prod-*',
        from: '2026-01-01T00:00:00.000Z',
        to: '2026-07-01T00:00:00.000Z',
        rates: { input_usd_per_mtok: '2.50', output_usd_per_mtok: '10' },
        longContext: [{ aboveInputTokens: 200_000, rates: { input_usd_per_mtok: '5' } }],
        mapsTo: null,
      },
      {
        provider: '*',
        model: 'in-house',
        from: null,
        to: null,
        rates: {},
        longContext: [],
        mapsTo: 'openai/gpt-4o',
      },
    ]);
    const settings = { azureZone: 'data_zone', bedrockRegion: 'regional', vertexLocation: 'global' };
    expect(result.ok && result.config.pricing).toEqual(settings);
  });

  it('are none, and everything is global, where the file says nothing', () => {
    const result = read('host: 127.0.0.1');
    expect(result.ok && [result.config.prices, result.config.pricing]).toEqual([
      [],
      { azureZone: 'global', bedrockRegion: 'regional', vertexLocation: 'global' },
    ]);
  });

  it('are refused with all that is wrong, each with its path', () => {
    const found = problems(`
prices:
  - { provider: openai, model: a, input_usd_per_mtok: 2.5, output_usd_per_mtok: "10", from: yesterday, to: 2026-01-01 }
  - { provider: openai, model: b }
  - { provider: open ai, model: c, maps_to: gpt-4o, cache_read_usd_per_mtok: "1" }
  - { provider: openai, model: d, maps_to: gpt-4o, from: 2026-01-02, to: 2026-01-01, currency: EUR }
  - 7
pricing: { azure_zone: moon }
`);
    expect(found.map((each) => each.replace(/: expected.*/, ''))).toEqual([
      'prices.0.input_usd_per_mtok',
      'prices.0.from',
      'prices.1.input_usd_per_mtok',
      'prices.2.provider',
      'prices.2.maps_to',
      'prices.3.currency',
      'prices.3.to',
      'prices.4',
      'pricing.azure_zone',
    ]);
    expect(found[0]).toBe(
      'prices.0.input_usd_per_mtok: expected USD for a million tokens as a text, such as "0.075": a decimal of at least 0, at most 6 digits before and 9 after the point, found 2.5',
    );
  });

  it('are refused twice with one start, whatever the spelling of the instant and the name', () => {
    const price = '{ provider: openai, model: a, maps_to: gpt-4o';
    const found = problems(`
prices:
  - ${price}, from: 2026-01-01 }
  - ${price} }
  - ${price}, from: 2026-01-01T01:00:00+01:00 }
  - { provider: OpenAI, model: A, maps_to: gpt-4o }
`);
    expect(found).toEqual([
      'prices.2.model: expected a price whose provider, model and from no other of the prices has, found "a"',
      'prices.3.model: expected a price whose provider, model and from no other of the prices has, found "A"',
    ]);
  });

  it('are told twice beside another entry that has a problem of its own', () => {
    const found = problems(`
prices:
  - { provider: openai, model: a, maps_to: gpt-4o }
  - { provider: openai, model: b, maps_to: 7 }
  - { provider: openai, model: a, maps_to: gpt-4o-mini }
`);
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(/^prices\.1\.maps_to: /);
    expect(found[1]).toMatch(/^prices\.2\.model: expected a price whose provider, model and from no other/);
  });
});
