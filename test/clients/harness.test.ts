import { describe, expect, it } from 'vitest';
import type { RecordedSpan } from '../instrumentation/receiver.ts';
import { requestsOf, wireOf } from './support/expectation.ts';
import { holesOf, matrixOf } from './support/matrix.ts';
import type { ClientResults } from './support/results.ts';
import { settledAs } from './support/settlement.ts';
import type { RecordedRequest } from './support/standIn.ts';

const request = (body: object, status = 200, path = '/v1/chat/completions'): RecordedRequest => ({
  method: 'POST',
  path,
  headers: { accept: 'application/json', 'content-length': String(JSON.stringify(body).length) },
  body,
  status,
});
const option = { stream_options: { include_usage: true } };

describe('requests with and without the preload', () => {
  const plain = [request({ model: 'm-a', stream: true })];

  it('are the same where only the option was added, or was added, refused and left out', () => {
    const added = request({ model: 'm-a', stream: true, ...option });
    expect(wireOf([added], plain)).toEqual(wireOf(plain, plain));
    expect(wireOf([{ ...added, status: 400 }, ...plain], plain)).toEqual(wireOf(plain, plain));
  });

  it('differ where one is sent twice, has another body, or a header more', () => {
    expect(wireOf([...plain, ...plain], plain)).not.toEqual(wireOf(plain, plain));
    expect(wireOf([request({ model: 'm-a', stream: true, user: 'u' })], plain)).not.toEqual(wireOf(plain, plain));
    const traced = plain.map((one) => ({ ...one, headers: { ...one.headers, traceparent: '00-1-2-01' } }));
    expect(wireOf(traced, plain)).not.toEqual(wireOf(plain, plain));
  });

  it('keep an option that the application asked for itself', () => {
    const own = [request({ model: 'm-b', stream: true, ...option })];
    expect(wireOf([request({ model: 'm-b', stream: true })], own)).not.toEqual(wireOf(own, own));
  });

  it('belong to a scenario by the whole name of its model, in the path or in the body', () => {
    const sent = [
      request({ model: 'm-chat' }),
      request({ model: 'm-chatParse' }),
      request({}, 200, '/model/m-chat/converse'),
    ];
    expect(requestsOf(sent, 'm-chat')).toEqual([sent[0], sent[2]]);
    expect(requestsOf([request({}, 200, '/v1beta/models/m-chat:generateContent')], 'm-chat')).toHaveLength(1);
  });
});

const span = (attributes: Record<string, string | number>, status: 'unset' | 'error' = 'unset'): RecordedSpan => ({
  name: 'chat',
  traceId: '1',
  spanId: '2',
  parentSpanId: null,
  traceState: '',
  kind: 3,
  statusMessage: '',
  scope: '',
  resource: {},
  status,
  attributes: { 'tollgate.reservation.id': 'r', ...attributes },
});
const told = {
  'gen_ai.usage.input_tokens': 100,
  'gen_ai.usage.output_tokens': 40,
  'tollgate.usage.source': 'provider',
};
const settled = (body: object): { id: string; body: unknown }[] => [{ id: 'r', body }];

describe('the settlement of a reservation', () => {
  it('has all the usage of the span once: 10 + 90 = 100 in, 38 + 2 audio = 40 out', () => {
    const usage = { input_uncached: 10, cache_read: 90, output: 38, audio_output: 2 };
    expect(settledAs(span(told), settled({ usage, final: true }))).toBe('usage');
    expect(settledAs(span(told), settled({ usage: { ...usage, cache_read: 89 }, final: true }))).toBe('wrong');
    expect(settledAs(span(told), settled({ usage, final: false }))).toBe('wrong');
    expect(settledAs(span(told), [])).toBe('wrong');
    expect(settledAs(span(told), [...settled({ usage, final: true }), ...settled({ usage, final: true })])).toBe(
      'wrong',
    );
  });

  it('is in part for an estimate, nothing for an HTTP error, open or given back where nobody can tell', () => {
    const estimate = { ...told, 'tollgate.usage.source': 'estimate' };
    expect(settledAs(span(estimate), settled({ usage: { input_uncached: 100, output: 40 }, final: false }))).toBe(
      'part',
    );
    const nothing = { usage: { input_uncached: 0, output: 0 }, final: true };
    expect(settledAs(span({ 'error.type': '400' }, 'error'), settled(nothing))).toBe('nothing');
    expect(settledAs(span({ 'error.type': '400' }, 'error'), [])).toBe('wrong');
    expect(settledAs(span({ 'error.type': 'TimeoutError' }, 'error'), [])).toBe('open');
    expect(settledAs(span({ 'error.type': 'APIConnectionError' }, 'error'), settled({ released: true }))).toBe(
      'released',
    );
    expect(settledAs(span({}), settled(nothing))).toBe('wrong');
  });
});

const results = (more: Partial<ClientResults>): ClientResults => ({
  packages: ['p 1.0.0'],
  nodeMin: 20,
  scenarios: { chat: { 20: 'usage', 22: 'usage', 24: 'no usage' } },
  reasons: {},
  ungated: {},
  ...more,
});

describe('the matrix', () => {
  it('shows Nodes that found different things apart', () => {
    expect(matrixOf([{ id: 'openai6-p', results: results({}) }])).toContain(
      '| whole answer | usage 20 22<br>no usage 24 |',
    );
  });

  it('names the shape without a scenario or reason, the Node without a result, and the client in no group', () => {
    const holes = holesOf([
      { id: 'openai6-p', results: results({ scenarios: { chat: { 20: 'usage', 24: 'usage' } } }) },
      { id: 'unheard-p', results: results({}) },
    ]);
    expect(holes).toContain('openai6-p: stream has neither a scenario nor a reason');
    expect(holes).toContain('openai6-p: no result on Node 22 for chat');
    expect(holes).toContain('unheard-p: in no group');
    const explained = results({
      reasons: { stream: 'none' },
      nodeMin: 22,
      scenarios: { chat: { 22: 'usage', 24: 'usage' } },
    });
    expect(holesOf([{ id: 'openai6-p', results: explained }]).filter((hole) => /stream has|Node/.test(hole))).toEqual(
      [],
    );
  });
});
