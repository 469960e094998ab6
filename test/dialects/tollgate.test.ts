import { describe, expect, it } from 'vitest';
import { contentOfCall } from '../../processor/store/content.ts';
import { isHeldBack } from '../../src/dialects/tollgate.ts';
import type { AttributeValue } from '../../src/span.ts';
import { readCall, readSkeleton, span } from './spans.ts';

const ID = '01990a3c-5b7d-7c21-9f4e-0123456789ab';
const chat = { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-4o' };
const reservationOf = (id: AttributeValue) => readCall('sdk', { ...chat, 'tollgate.reservation.id': id }).reservationId;

describe('tollgate.reservation.id', () => {
  it('is read of the call itself, in lower case', () => {
    expect(reservationOf(ID)).toBe(ID);
    expect(reservationOf(ID.toUpperCase())).toBe(ID);
    expect(readCall('sdk', chat).reservationId).toBe(null);
    const ofResource = { resource: { 'tollgate.reservation.id': ID } };
    expect(readCall('sdk', chat, ofResource).reservationId).toBe(null);
  });

  it('is a UUID, or nobody’s', () => {
    const others = [
      ID.replaceAll('-', ''),
      `{${ID}}`,
      `${ID} `,
      `${ID}\n`,
      ID.replace('0', 'g'),
      `${ID}0`,
      '0'.repeat(1_000_000),
      7,
      true,
      [ID],
      { id: ID },
      new TextEncoder().encode(ID),
    ];
    for (const other of others) expect(reservationOf(other)).toBe(null);
  });

  it('makes no span a call', () => {
    expect(readSkeleton('app', { 'tollgate.reservation.id': ID }).operation).toBe(null);
  });

  it('is a part of what a copy says, and nothing of copies without one', () => {
    const without = readCall('sdk', chat);
    const named = { ...without, reservationId: ID };
    const { completeness, contentHash } = contentOfCall(without, null);
    expect(contentOfCall(named, null)).toMatchObject({ completeness: completeness + 1 });
    expect(contentOfCall({ ...named, reservationId: ID.replace('0', '1') }, null).contentHash).not.toBe(
      contentOfCall(named, null).contentHash,
    );
    expect(contentOfCall({ ...without, reservationId: null }, null).contentHash).toBe(contentHash);
  });
});

describe('a call that a policy refused', () => {
  const failed = { status: 'error', statusMessage: 'policy_denied' } as const;
  const own = '@tollgate/node';

  it('was never made: it is a plain span', () => {
    expect(isHeldBack(span(own, chat, failed))).toBe(true);
    expect(readSkeleton(own, chat, failed).status).toBe('error');
  });

  it('is a call by any other scope, status or message, and where it used something', () => {
    const others = [
      [own, { status: 'error', statusMessage: 'rate_limit' }],
      [own, { status: 'error', statusMessage: 'policy_denied: budget' }],
      [own, { status: 'error', statusMessage: '' }],
      [own, { status: 'unset', statusMessage: 'policy_denied' }],
      [own, { status: 'ok', statusMessage: 'policy_denied' }],
      ['@tollgate/node2', failed],
      ['sdk', failed],
    ] as const;
    for (const [scope, rest] of others) {
      expect(isHeldBack(span(scope, chat, rest))).toBe(false);
      expect(readCall(scope, chat, rest)).toMatchObject({ role: 'call', model: 'gpt-4o' });
    }
    // A stream that a policy ended had begun.
    expect(readCall(own, { ...chat, 'gen_ai.usage.output_tokens': 7 }, failed)).toMatchObject({
      role: 'call',
      usage: { output: 7 },
    });
  });
});

describe('the tollgate entry of a trace state', () => {
  const runOf = (traceState: string) => readSkeleton('app', {}, { traceState }).own.run;

  it('names the run, wherever it stands in the list', () => {
    expect(runOf('tollgate=r:7')).toBe('7');
    expect(runOf('a=1,\ttollgate=r:7 , b=2')).toBe('7');
    expect(runOf('a=1,,tollgate=x:1;r:7;y:2')).toBe('7');
  });

  it('is the first of several, as a tracestate has each key once', () => {
    expect(runOf('tollgate=r:1,tollgate=r:2')).toBe('1');
    expect(runOf('tollgate,tollgate=r:2')).toBe(null);
  });

  it('is no other key, and no other part', () => {
    for (const other of ['tollgate@x=r:7', 'x@tollgate=r:7', 'TOLLGATE=r:7', 'tollgate=run:7', 'tollgate=r', 'r:7']) {
      expect(runOf(other)).toBe(null);
    }
  });

  it('costs linear time, however hostile', () => {
    const start = performance.now();
    const million = 1_000_000;
    for (const part of ['tollgate=;', ',', ';', '=', 'tollgate', ' ']) expect(runOf(part.repeat(million))).toBe(null);
    // Some 0.1 s each; quadratic time would be hours.
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});
