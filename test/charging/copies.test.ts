import { describe, expect, it } from 'vitest';
import type { PricedCall } from '../../src/call.ts';
import { charges, chat, settle, silent, type Written } from './settle.ts';

const ID = 'chatcmpl-123';
const sdk = { scope: 'sdk', responseId: ID };
const gateway = { scope: 'gateway', service: 'gateway', kind: 2, responseId: ID } as const;

describe('calls with one provider id', () => {
  it('of a client and a gateway are one call, in one trace or in two; the earlier is charged', () => {
    expect(charges([chat(1, {}, sdk), chat(2, { from: 5, lasts: 990 }, gateway)])).toEqual({
      1: 'charged',
      2: 'duplicate',
    });
    const elsewhere = chat(2, { trace: 2, from: 5, lasts: 990 }, gateway);
    expect(charges([chat(1, {}, sdk), elsewhere])).toEqual({ 1: 'charged', 2: 'duplicate' });
    expect(settle([chat(1, {}, sdk), elsewhere]).get(2)?.chargeReason).toBe(
      `same_provider_id ${'1'.padStart(32, '0')}/${'1'.padStart(16, '0')}`,
    );
  });

  it('of one scope and service are several: a constant id gives nobody a free call', () => {
    expect(charges([1, 2, 3].map((span) => chat(span, { trace: span }, sdk)))).toEqual({
      1: 'charged',
      2: 'charged',
      3: 'charged',
    });
  });

  it.each([
    ['of other families with other totals', { tokens: [7, 7] }, { model: 'claude-sonnet-4-5' }, 'charged'],
    [
      'of other families with equal totals, as a gateway with its own model names has',
      {},
      { model: 'claude-x' },
      'duplicate',
    ],
    ['of another class', {}, { operation: 'embeddings' }, 'charged'],
    ['3.000 s after the start of 1 s, within the slack', { from: 3000 }, {}, 'duplicate'],
    ['3.001 s after it, beyond the slack', { from: 3001 }, {}, 'charged'],
  ] as const)('%s', (_case, written: Written, changes: Partial<PricedCall>, charge) => {
    const spans = [chat(1, {}, sdk), chat(2, { trace: 2, ...written }, { ...gateway, ...changes })];
    expect(charges(spans)).toEqual({ 1: 'charged', 2: charge });
  });

  it('are taken in pairs where two services write a constant id: each joins the first it fits', () => {
    const spans = [1, 2].flatMap((pair) => [
      chat(pair, { trace: pair, from: pair * 10_000 }, sdk),
      chat(10 + pair, { trace: 10 + pair, from: pair * 10_000 }, gateway),
    ]);
    expect(charges(spans)).toEqual({ 1: 'charged', 11: 'duplicate', 2: 'charged', 12: 'duplicate' });
  });

  it('by a request id where the answer has none: a log and a span', () => {
    const log = { scope: 'logs', requestId: 'req_0123456' };
    expect(charges([chat(1, {}, { ...sdk, requestId: 'req_0123456' }), chat(2, {}, log)])).toEqual({
      1: 'charged',
      2: 'duplicate',
    });
  });

  it('shorter than 8 characters, or equal to the trace id, are no provider ids', () => {
    for (const responseId of ['1234567', '1'.padStart(32, '0')]) {
      expect(
        charges([chat(1, {}, { ...sdk, responseId }), chat(2, { tokens: [9, 9] }, { ...gateway, responseId })]),
      ).toEqual({ 1: 'charged', 2: 'charged' });
    }
  });

  it('in 64 traces are a provider id still, in 65 none', () => {
    const copies = (traces: number) =>
      Array.from({ length: traces }, (_, place) =>
        chat(place + 1, { trace: place + 1 }, { ...sdk, scope: `s${place}` }),
      );
    const chargedOf = (traces: number) =>
      Object.values(charges(copies(traces))).filter((charge) => charge === 'charged').length;
    expect([chargedOf(64), chargedOf(65)]).toEqual([1, 65]);
  });

  it('keep the figures of the better copy: priced before unpriced, reported before priced, measured before guessed', () => {
    const unpriced = { price: { status: 'unpriced', reason: 'unknown_model' } } as const;
    expect(charges([chat(1, {}, { ...sdk, ...unpriced }), chat(2, { from: 5 }, gateway)])).toEqual({
      1: 'duplicate',
      2: 'charged',
    });
    expect(charges([silent(1, {}, sdk), chat(2, { from: 5 }, gateway)])).toEqual({ 1: 'duplicate', 2: 'charged' });
    expect(charges([chat(1, {}, { ...sdk, usageSource: 'estimate' }), chat(2, { from: 5 }, gateway)])).toEqual({
      1: 'duplicate',
      2: 'charged',
    });
    expect(charges([chat(1, {}, { ...sdk, lossy: true }), chat(2, { from: 5 }, gateway)])).toEqual({
      1: 'duplicate',
      2: 'charged',
    });
    expect(charges([chat(1, {}, sdk), chat(2, { from: 5 }, { ...gateway, isEmitterKnown: true })])).toEqual({
      1: 'duplicate',
      2: 'charged',
    });
  });
});

describe('calls beside each other', () => {
  const langchain = { scope: 'langchain' };
  const client = { scope: 'sdk', responseId: ID };

  it('of two scopes with equal totals, one within the other, are one call', () => {
    const spans = [chat(1, { lasts: 1000 }, langchain), chat(2, { from: 10, lasts: 980 }, client)];
    expect(charges(spans)).toEqual({ 1: 'charged', 2: 'duplicate' });
    expect(settle(spans).get(2)?.chargeReason).toBe(`sibling ${'1'.padStart(32, '0')}/${'1'.padStart(16, '0')}`);
  });

  it.each([
    ['of one scope', {}, { scope: 'langchain', responseId: ID }],
    ['of two services', {}, { ...client, service: 'other' }],
    ['with other totals', { tokens: [1001, 100] as const }, client],
    ['of other families', {}, { ...client, model: 'claude-x' }],
    ['of which none lies within the other', { from: 3000, lasts: 10_000 }, client, { from: 0, lasts: 10_000 }],
    ['one after the other', { from: 101, lasts: 30 }, client, { from: 0, lasts: 100 }],
  ])('%s are two', (_case, written: Written, changes: Partial<PricedCall>, first: Written = {}) => {
    expect(charges([chat(1, first, langchain), chat(2, written, changes)])).toEqual({ 1: 'charged', 2: 'charged' });
  });

  it('of which each has its copy below it are two, though upper and lower would fit across', () => {
    const pair = (upper: number, from: number, responseId: string): PricedCall[] => [
      chat(upper, { from, lasts: 50 }, langchain),
      chat(upper + 1, { below: upper, from: from + 5, lasts: 40 }, { ...client, responseId }),
    ];
    const spans = [...pair(1, 0, 'chatcmpl-101'), ...pair(3, 60, 'chatcmpl-102')];
    expect(charges(spans)).toEqual({ 1: 'duplicate', 2: 'charged', 3: 'duplicate', 4: 'charged' });
    // Without the answer of its own the third emitter joins the first call it fits; with one it is another call.
    const third = chat(5, { from: 10, lasts: 10 }, { scope: 'other' });
    expect(charges([...pair(1, 0, 'chatcmpl-101'), third])).toMatchObject({ 5: 'duplicate' });
    const named = { ...third, responseId: 'chatcmpl-103' };
    expect(charges([...pair(1, 0, 'chatcmpl-101'), named])).toMatchObject({ 5: 'charged' });
  });

  it('that both name an answer are two: each provider id is another call', () => {
    expect(charges([chat(1, {}, { ...langchain, responseId: 'chatcmpl-9' }), chat(2, {}, client)])).toEqual({
      1: 'charged',
      2: 'charged',
    });
  });

  it('that run at the same time pair one to one: five calls seen twice are five', () => {
    const spans = [1, 2, 3, 4, 5].flatMap((each) => [
      chat(each, { from: each }, langchain),
      chat(10 + each, { from: each, lasts: 990 }, { ...client, responseId: `chatcmpl-${each}` }),
    ]);
    expect(Object.values(charges(spans)).filter((charge) => charge === 'charged')).toHaveLength(5);
  });
});
