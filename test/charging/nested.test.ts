import { describe, expect, it } from 'vitest';
import { agentTotal, charges, chat, plain, settle, silent } from './settle.ts';

const claude = { model: 'claude-sonnet-4-5' };

describe('a call above another', () => {
  it('of the same family is a copy, whatever lies between, and the deeper is charged', () => {
    const spans = [chat(1), plain(2, { below: 1 }), chat(3, { below: 2 }, { model: 'gpt-4o-2024-08-06' })];
    expect(charges(spans)).toEqual({ 1: 'duplicate', 3: 'charged' });
    expect(settle(spans).get(1)?.chargeReason).toBe(`nested ${'1'.padStart(32, '0')}/${'3'.padStart(16, '0')}`);
  });

  it('of another family is a copy if its tokens cover those below: 1,100 cover 1,100, and not 1,101', () => {
    expect(charges([chat(1), chat(2, { below: 1 }, claude)])).toEqual({ 1: 'duplicate', 2: 'charged' });
    expect(charges([chat(1), chat(2, { below: 1, tokens: [1000, 101] }, claude)])).toEqual({
      1: 'charged',
      2: 'charged',
    });
  });

  it('of another class is a call of its own: a chat that embeds its question', () => {
    const embedding = chat(2, { below: 1, tokens: [20, 0] }, { operation: 'embeddings' });
    expect(charges([chat(1), embedding])).toEqual({ 1: 'charged', 2: 'charged' });
  });

  it('of several is a total over them if all have its family', () => {
    const spans = [chat(1, { tokens: [10, 1] }), chat(2, { below: 1 }), chat(3, { below: 1 })];
    expect(charges(spans)).toEqual({ 1: 'container', 2: 'charged', 3: 'charged' });
    expect(settle(spans).get(1)?.chargeReason).toBe('total_over_calls');
  });

  it('of several of other families is a total if its tokens are at least their sum: 2,200, not 2,199', () => {
    const below = [chat(2, { below: 1 }), chat(3, { below: 1 }, claude)];
    expect(charges([chat(1, { tokens: [2000, 200] }), ...below])).toEqual({
      1: 'container',
      2: 'charged',
      3: 'charged',
    });
    expect(charges([chat(1, { tokens: [2000, 199] }), ...below])).toEqual({ 1: 'charged', 2: 'charged', 3: 'charged' });
  });

  it('names another answer of the same form: a call of its own, above one and above several', () => {
    const id = (number: number) => ({ responseId: `chatcmpl-00${number}` });
    expect(charges([chat(1, {}, id(1)), chat(2, { below: 1 }, id(2))])).toEqual({ 1: 'charged', 2: 'charged' });
    const below = [chat(2, { below: 1 }, id(2)), chat(3, { below: 1 }, id(3))];
    expect(charges([chat(1, {}, id(1)), ...below])).toEqual({ 1: 'charged', 2: 'charged', 3: 'charged' });
    expect(charges([chat(1, {}, id(3)), ...below])).toEqual({ 1: 'container', 2: 'charged', 3: 'charged' });
  });

  it('behind a gateway is a copy even where it names another answer of the same form', () => {
    const client = chat(1, {}, { responseId: 'chatcmpl-001' });
    const ids = { responseId: 'chatcmpl-002' };
    expect(charges([client, chat(2, { below: 1 }, { ...ids, kind: 2 })])).toEqual({ 1: 'duplicate', 2: 'charged' });
    expect(charges([client, chat(2, { below: 1 }, { ...ids, service: 'gateway' })])).toEqual({
      1: 'duplicate',
      2: 'charged',
    });
  });

  it('names an answer in another form, as a gateway does with ids of its own: a copy', () => {
    const ids = [
      { responseId: 'chatcmpl-6f1c2d3e-aaaa' },
      { responseId: 'msg_01ABCDEF' },
      { responseId: 'chatcmpl-001' },
    ];
    for (const below of ids.slice(1)) {
      expect(charges([chat(1, {}, ids[0]), chat(2, { below: 1 }, below)])).toEqual({ 1: 'duplicate', 2: 'charged' });
    }
  });

  it('is no copy of what a total below it sums: three levels are charged at the lowest', () => {
    const spans = [
      chat(1, { tokens: [2000, 200] }),
      chat(2, { below: 1, tokens: [2000, 200] }),
      chat(3, { below: 2 }),
      chat(4, { below: 2 }),
    ];
    expect(charges(spans)).toEqual({ 1: 'container', 2: 'container', 3: 'charged', 4: 'charged' });
  });

  it('has better figures where the one below has none: the upper is charged', () => {
    expect(charges([chat(1), silent(2, { below: 1 })])).toEqual({ 1: 'charged', 2: 'duplicate' });
  });

  it('without usage is a copy of the one that bears some, and a wrapper over several', () => {
    expect(charges([silent(1), chat(2, { below: 1 })])).toEqual({ 1: 'duplicate', 2: 'charged' });
    expect(charges([silent(1), silent(2, { below: 1 })])).toEqual({ 1: 'duplicate', 2: 'charged' });
    expect(charges([silent(1), silent(2, { below: 1 }), silent(3, { below: 1 })])).toEqual({
      1: 'container',
      2: 'charged',
      3: 'charged',
    });
  });

  it('over a failed attempt and one that was answered is a copy of the second', () => {
    const failed = silent(2, { below: 1, lasts: 10 }, { status: 'error', httpStatus: '500' });
    expect(charges([chat(1), failed, chat(3, { below: 1 })])).toEqual({ 1: 'duplicate', 2: 'charged', 3: 'charged' });
  });

  it('wins by what its figures tell: the split of the cache before the depth', () => {
    const split = {
      usage: {
        input_uncached: 10,
        cache_read: 990,
        cache_write_5m: 0,
        cache_write_1h: 0,
        output: 100,
        reasoning: null,
        other: {},
      },
    };
    expect(charges([chat(1, {}, split), chat(2, { below: 1 })])).toEqual({ 1: 'charged', 2: 'duplicate' });
  });
});

describe("an agent's total", () => {
  it('waits for the settle delay, then is charged', () => {
    expect(charges([agentTotal(1)], { isDue: false })).toEqual({ 1: 'pending' });
    expect(settle([agentTotal(1)]).get(1)).toMatchObject({ charge: 'charged', chargeReason: 'agent_total' });
  });

  it('is a container as soon as a call that bears usage is anywhere below', () => {
    const spans = [agentTotal(1), plain(2, { below: 1 }), silent(3, { below: 2 }), chat(4, { below: 3 })];
    expect(settle(spans).get(1)).toMatchObject({
      charge: 'container',
      chargeReason: 'gen_ai.operation.name=invoke_agent',
    });
    expect(charges(spans.slice(0, 3))).toEqual({ 1: 'charged', 3: 'charged' });
  });

  it('of the lowest agent is charged where agents are nested, and none below a call', () => {
    expect(charges([agentTotal(1), agentTotal(2, { below: 1 })])).toEqual({ 1: 'container', 2: 'charged' });
    expect(charges([chat(1), agentTotal(2, { below: 1 })])).toEqual({ 1: 'charged', 2: 'container' });
  });

  it('is asked of agents only: a workflow or a tool with usage is never charged', () => {
    expect(charges([agentTotal(1, {}, { operation: 'invoke_workflow' })])).toEqual({ 1: 'container' });
    expect(charges([agentTotal(1, { tokens: [0, 0] }, { price: { status: 'unpriced', reason: 'no_usage' } })])).toEqual(
      { 1: 'container' },
    );
  });
});
