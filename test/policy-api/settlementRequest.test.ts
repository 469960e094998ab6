import { describe, expect, it } from 'vitest';
import { BadParameters } from '../../processor/api/problem.ts';
import { readRenewalIds } from '../../processor/policy/renewalRequest.ts';
import { readSettlement } from '../../processor/policy/settlementRequest.ts';
import { emptyUsage } from '../../src/usage.ts';

function faultsOf(read: (body: unknown) => unknown, body: unknown): string[] {
  try {
    read(body);
  } catch (fault) {
    if (fault instanceof BadParameters) return fault.faults.map(({ field, found }) => `${field}: ${found}`);
    throw fault;
  }
  return [];
}

describe('a settlement', () => {
  it('has the buckets of usage under their public names, and null for what nobody reported', () => {
    const usage = { input_uncached: 12, cache_read: 8000, cache_write_5m: 300, output: 150, web_search_requests: 2 };
    expect(readSettlement({ usage, model: 'gpt-4o-2024-08-06', final: false, service_tier: 'flex' })).toEqual({
      usage: {
        ...emptyUsage,
        input_uncached: 12,
        cache_read: 8000,
        cache_write_5m: 300,
        output: 150,
        other: { web_search_requests: 2 },
      },
      model: 'gpt-4o-2024-08-06',
      final: false,
      serviceTier: 'flex',
      priceFacts: null,
    });
  });

  it('says under which conditions the call was served, as a span of it would', () => {
    const said = { usage: null, service_tier: 'Priority', inference_geo: ' US ', search_context_size: 'Low' };
    expect(readSettlement(said)).toMatchObject({
      serviceTier: 'priority',
      priceFacts: { inferenceGeo: 'us', speed: null, searchContextSize: 'low' },
    });
    expect(readSettlement({ usage: null, speed: 'fast' })).toMatchObject({
      priceFacts: { inferenceGeo: null, speed: 'fast', searchContextSize: null },
    });
    expect(faultsOf(readSettlement, { released: true, speed: 'fast', inference_geo: 7 }).toSorted()).toEqual([
      'inference_geo: 7',
      'speed: "fast"',
    ]);
  });

  it('is final where it does not say otherwise, and of the model that was granted', () => {
    expect(readSettlement({ usage: { output: 0 } })).toMatchObject({ final: true, model: null, serviceTier: null });
  });

  it('of a call whose usage nobody knows says null, and does not leave it out', () => {
    expect(readSettlement({ usage: null, final: false })).toMatchObject({ usage: null, final: false });
    expect(faultsOf(readSettlement, { final: false })).toEqual(['usage: nothing']);
    expect(faultsOf(readSettlement, {})).toEqual(['usage: nothing']);
  });

  it('releases what was not sent, with nothing beside it', () => {
    expect(readSettlement({ released: true })).toEqual({ released: true });
    expect(faultsOf(readSettlement, { released: false })).toEqual(['released: false']);
    expect(faultsOf(readSettlement, { released: true, usage: {}, final: true })).toEqual([
      'usage: an object',
      'final: true',
    ]);
  });

  it('is told all that is wrong with it', () => {
    const body = {
      usage: { input: 5, output: -1, reasoning: '7', cache_read: 1_000_000_000_001, audio_input: 0.5 },
      model: 4,
      final: 'yes',
    };
    expect(faultsOf(readSettlement, body).toSorted()).toEqual([
      'final: "yes"',
      'model: 4',
      'usage.audio_input: 0.5',
      'usage.cache_read: 1000000000001',
      'usage.input: 5',
      'usage.output: -1',
      'usage.reasoning: "7"',
    ]);
  });

  it.each([null, 'x', [], 1])('of %j is refused as a whole', (body) => {
    expect(faultsOf(readSettlement, body)).toEqual([expect.stringMatching(/^body: /)]);
  });
});

describe('a renewal', () => {
  const ids = (count: number): string[] =>
    Array.from({ length: count }, (_, at) => `0190a000-0000-7000-8000-${String(at).padStart(12, '0')}`);

  it('has 1 to 1000 ids, each once, in lower case', () => {
    expect(
      readRenewalIds({ ids: ['0190A000-0000-7000-8000-00000000000F', '0190a000-0000-7000-8000-00000000000f'] }),
    ).toEqual(['0190a000-0000-7000-8000-00000000000f']);
    expect(readRenewalIds({ ids: ids(1000) })).toEqual(ids(1000));
    expect(faultsOf(readRenewalIds, { ids: ids(1001) })).toEqual(['ids: a list of 1001']);
    expect(faultsOf(readRenewalIds, { ids: [] })).toEqual(['ids: a list of 0']);
  });

  it('names each id that is none', () => {
    expect(faultsOf(readRenewalIds, { ids: [...ids(1), 'x', 7], id: 'y' })).toEqual([
      'id: "y"',
      'ids.1: "x"',
      'ids.2: 7',
    ]);
  });

  it.each([undefined, null, 'x', {}])('without a list, %j, is refused', (listed) => {
    expect(faultsOf(readRenewalIds, { ids: listed })).toHaveLength(1);
  });
});
