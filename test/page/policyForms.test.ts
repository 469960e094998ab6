import { describe, expect, it } from 'vitest';
import { alertLinks, alertParams, alertTypes } from '../../dashboards/page/model/alertWords.ts';
import { approvedWords, askedWords } from '../../dashboards/page/model/approvalWords.ts';
import { fieldFaults } from '../../dashboards/page/model/fieldFaults.ts';
import { withLocalTimes } from '../../dashboards/page/model/localTimes.ts';
import { priceBody, priceDraft, repriceFrom } from '../../dashboards/page/model/priceDraft.ts';
import { raiseBody, raiseEnds } from '../../dashboards/page/model/raiseDraft.ts';
import { isPriceable, pricePath, rateWords } from '../../dashboards/page/model/rates.ts';
import { alertTypes as typesOfTheApi } from '../../src/policy/alertTypes.ts';
import { rateNames as ratesOfTheApi } from '../../src/pricing/writtenPrice.ts';

describe('faults of a form', () => {
  const faults = fieldFaults([
    { field: 'limit.usd', found: '"abc"', expected: 'a decimal' },
    { field: 'limits', found: '1', expected: 'nothing' },
  ]);

  it('stand beside the control of the field they are in, and not beside one whose name only begins alike', () => {
    expect(faults.of('limit', 'limit.usd')).toBe('expected a decimal; found "abc"');
    expect(faults.of('limit')).toBe('limit.usd: expected a decimal; found "abc"');
    expect(faults.of('window')).toBeNull();
  });

  it('are told apart where no control takes them', () => {
    expect(faults.rest(['limit'])).toEqual(['limits: expected nothing; found 1']);
  });
});

describe('a raise', () => {
  it('has no key and no reason where none is written, and counts are numbers', () => {
    const draft = { amount: ' 5 ', endsAt: '2026-12-01T00:00:00Z', reason: ' ', key: { user: '' } };
    expect(raiseBody({ ...draft, unit: 'usd' })).toEqual({ amount: { usd: '5' }, ends_at: draft.endsAt });
    expect(raiseBody({ ...draft, unit: 'calls', key: { user: 'u1' }, reason: 'launch' })).toEqual({
      amount: { calls: 5 },
      ends_at: draft.endsAt,
      key: { user: 'u1' },
      reason: 'launch',
    });
  });

  it('ends first of all with the window it is in, where that has an end', () => {
    expect(raiseEnds({ resets_at: '2026-12-01T00:00:00Z' }, 0)[0].at).toBe(Date.parse('2026-12-01T00:00:00Z'));
    expect(raiseEnds(null, 0).map(({ at }) => at)).toEqual([3_600_000, 86_400_000, 604_800_000]);
  });
});

describe('a price in its form', () => {
  it('names each rate that the API takes', () => {
    expect(Object.keys(rateWords)).toEqual(Object.keys(ratesOfTheApi));
  });

  it('sends rates as they were written and leaves out the empty ones', () => {
    const draft = priceDraft('openai', 'gpt-4o', { rates: { input_usd_per_mtok: '2.250', output_usd_per_mtok: '9' } });
    const long = [{ above: '200000', rates: { input_usd_per_mtok: '4.5', output_usd_per_mtok: '' } }];
    expect(priceBody({ ...draft, long, rates: { ...draft.rates, cache_read_usd_per_mtok: ' ' } })).toEqual({
      input_usd_per_mtok: '2.250',
      output_usd_per_mtok: '9',
      long_context: [{ above_input_tokens: 200_000, input_usd_per_mtok: '4.5' }],
    });
  });

  it('of a model without a price holds for all time, so that stored calls get it; of another one from now', () => {
    const unknown = priceDraft(null, 'my-finetune', null);
    expect(priceBody({ ...unknown, kind: 'maps_to', mapsTo: ' openai/gpt-4o ' })).toEqual({
      maps_to: 'openai/gpt-4o',
      effective_from: null,
    });
    expect(unknown.provider).toBe('*');
    expect(priceBody(priceDraft('openai', 'o3', {}))).toEqual({});
  });

  it('is told about calls from its own beginning, else from the first of them, else of 90 days', () => {
    expect(repriceFrom('2026-11-10T08:00:00Z', '2026-10-01T00:00:00Z', 0)).toBe('2026-11-10');
    expect(repriceFrom(null, '2026-10-01T05:00:00Z', 0)).toBe('2026-10-01');
    // 31 December 1970 is day 364, and 364 − 90 = 274 is 2 October.
    expect(repriceFrom(null, null, 364 * 86_400_000)).toBe('1970-10-02');
  });

  it('has an address for any name, and helps where the usage is known', () => {
    expect(pricePath(null, 'models/a b?#%')).toBe('/api/v1/prices/*/models%2Fa%20b%3F%23%25');
    expect(isPriceable({ model: 'x', reason: 'unknown_model' })).toBe(true);
    expect(isPriceable({ model: 'x', reason: 'inconsistent_usage' })).toBe(false);
    expect(isPriceable({ model: null, reason: 'unknown_model' })).toBe(false);
  });
});

describe('alerts and approvals', () => {
  it('have words for each type of alert, and pass over one that there is not', () => {
    expect(alertTypes).toEqual(typesOfTheApi);
    expect(alertParams(new URLSearchParams('type=call.denied&budget=b'))).toEqual({ type: 'call.denied', budget: 'b' });
    expect(alertParams(new URLSearchParams('type=nothing'))).toEqual({ type: null, budget: null });
  });

  it('lead to what they name, percent-encoded, whatever it is', () => {
    const links = alertLinks({
      type: 'price.unknown_model',
      budget: null,
      data: { model: '<b>/..', provider: null, agent: 'javascript:alert(1)', user: 7 },
    });
    expect(links.map(({ href }) => href)).toEqual(['/prices/*/%3Cb%3E%2F..', '/agents/javascript%3Aalert(1)']);
  });

  it('tell who asks for what, and what came of it', () => {
    const subject = { agent: 'publisher', user: null, session: null, service: null, environment: null, tags: {} };
    const call = { provider: 'openai', model: 'gpt-4o', operation: null, trace_id: null, run_id: null };
    expect(
      askedWords({ subject, call: { ...call, input_tokens: 4_000, input_bytes: null, max_output_tokens: 800 } }),
    ).toBe('Agent publisher asks to call gpt-4o of openai with 4,000 tokens for an answer of at most 800 tokens');
    expect(askedWords({ subject: { ...subject, agent: null }, call: null })).toBe('Somebody asks to start a run');
    expect(approvedWords({ effect: 'deny', reserved_usd: null })).toBe('Approved, but another policy refuses it.');
    expect(approvedWords({ effect: 'allow', reserved_usd: '0.0162' })).toBe('Approved: $0.0162 are reserved for it.');
  });

  it('have the times in their messages as the viewer reads them, and leave what is no time', () => {
    expect(withLocalTimes('0 of 17 USD are left until 2026-12-01T00:00:00Z', 'Europe/Berlin')).toBe(
      '0 of 17 USD are left until 1 Dec 01:00',
    );
    expect(withLocalTimes('2026-99-99T00:00:00Z stays', 'UTC')).toBe('2026-99-99T00:00:00Z stays');
  });
});
