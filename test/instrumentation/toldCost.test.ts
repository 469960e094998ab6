import { describe, expect, it } from 'vitest';
import { toldCost } from '../../instrumentation/calls/priceFacts.ts';

describe('what a provider says that a call cost', () => {
  it('is in USD, in an object or in ticks of 1e-10 USD', () => {
    expect(toldCost('openrouter', { cost: 0.00123 })).toBe(0.00123);
    expect(toldCost('perplexity', { cost: { total_cost: 0.0061, request_cost: 0.006 } })).toBe(0.0061);
    expect(toldCost('x_ai', { cost_in_usd_ticks: 37_756 })).toBe(0.0000037756);
    expect(toldCost('x_ai', { cost_in_usd_ticks: 0 })).toBe(0);
  });

  it('is not told by others, nor by what is no number', () => {
    expect(toldCost('openai', { cost: 1 })).toBeUndefined();
    expect(toldCost('openrouter', { cost: '1' })).toBeUndefined();
    expect(toldCost('perplexity', { cost: null })).toBeUndefined();
    expect(toldCost('x_ai', null)).toBeUndefined();
  });

  it('is the fee and what the provider takes, where the key is one’s own: 0.1 + 0.2 = 0.3', () => {
    const byok = (cost: unknown, upstream_inference_cost: unknown) =>
      toldCost('openrouter', { is_byok: true, cost, cost_details: { upstream_inference_cost } });
    expect([byok(0.1, 0.2), byok(0, 0.00123), byok(0.95, 19)]).toEqual([0.3, 0.00123, 19.95]);
    expect(byok(-1, 0.2)).toBeUndefined();
    // The fee alone is not what the call cost.
    expect([byok(0, null), byok(null, 0.2), byok(0, undefined)]).toEqual([undefined, undefined, undefined]);
    // With OpenRouter's own key the two are one amount.
    const own = { is_byok: false, cost: 0.2, cost_details: { upstream_inference_cost: 0.2 } };
    expect(toldCost('openrouter', own)).toBe(0.2);
  });

  it('is exact in its shortest decimals, as it is read: ticks of up to 15 digits', () => {
    for (const ticks of [1, 3, 999_999_999_999_999, 123_456_789_012_345]) {
      const usd = toldCost('x_ai', { cost_in_usd_ticks: ticks });
      expect(Number(usd).toFixed(10).replace('.', '').replace(/^0+/, '')).toBe(String(ticks));
    }
  });
});
