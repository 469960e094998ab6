import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadParameters } from '../../processor/api/problem.ts';
import { readDecisionRequest } from '../../processor/policy/decisionRequest.ts';

const caller = { tenant: 'acme', agent: null };
const call = { provider: 'openai', model: 'gpt-4o', input_tokens: 1200, max_output_tokens: 800 };

function read(body: unknown, agent: string | null = null) {
  return readDecisionRequest(body, { tenant: 'acme', agent });
}

/** `field: found …, expected …` of everything that is wrong. */
function faultsOf(body: unknown): string[] {
  try {
    read(body);
  } catch (fault) {
    if (fault instanceof BadParameters) return fault.faults.map(({ field, found }) => `${field}: ${found}`);
    throw fault;
  }
  return [];
}

describe('a request for a decision', () => {
  it('says who asks and what of, under the names of the contract', () => {
    const body = {
      subject: {
        agent: 'support-bot',
        user: 'u1',
        session: 's1',
        service: 'api',
        environment: 'prod',
        tags: { f: 'faq' },
      },
      call: { ...call, operation: 'chat', trace_id: 'ABCDEF0123456789ABCDEF0123456789', run_id: 'r1' },
      idempotency_key: 'k1',
      ttl_seconds: 30,
    };
    expect(read(body)).toEqual({
      tenant: 'acme',
      subject: {
        agent: 'support-bot',
        user: 'u1',
        session: 's1',
        service: 'api',
        environment: 'prod',
        tags: { f: 'faq' },
      },
      call: {
        provider: 'openai',
        model: 'gpt-4o',
        operation: 'chat',
        traceId: 'abcdef0123456789abcdef0123456789',
        runId: 'r1',
        inputTokens: 1200,
        inputBytes: null,
        messages: 0,
        tools: 0,
        images: 0,
        isInputBounded: true,
        maxOutputTokens: 800,
        canLimitOutput: true,
        choices: 1,
        cacheWrite: null,
        webSearches: 0,
        serviceTier: null,
        inferenceGeo: null,
        speed: null,
        searchContextSize: null,
      },
      idempotencyKey: 'k1',
      requestHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      ttlMs: 30_000,
    });
  });

  it('takes everything that bounds a call', () => {
    const { call: asked } = read({
      call: {
        model: 'claude-sonnet-4-5',
        input_bytes: 9_000,
        messages: 12,
        tools: 3,
        images: 2,
        input_bounded: false,
        can_limit_output: false,
        n: 128,
        cache_write: '1h',
        web_searches: 5,
        service_tier: ' Flex',
        inference_geo: 'US',
        speed: 'fast',
        search_context_size: 'high',
      },
    });
    expect(asked).toMatchObject({
      inputTokens: null,
      inputBytes: 9_000,
      messages: 12,
      tools: 3,
      images: 2,
      isInputBounded: false,
      maxOutputTokens: null,
      canLimitOutput: false,
      choices: 128,
      cacheWrite: '1h',
      webSearches: 5,
      serviceTier: 'flex',
      inferenceGeo: 'us',
      speed: 'fast',
      searchContextSize: 'high',
    });
  });

  it('without a call asks whether a run may start, for 120 s', () => {
    expect(read({ subject: { agent: 'a' } })).toMatchObject({ call: null, idempotencyKey: null, ttlMs: 120_000 });
    expect(read({ call: null, subject: null })).toMatchObject({ call: null, subject: { agent: null, tags: {} } });
  });

  it('is of the agent that the key fixes, whatever it says', () => {
    expect(read({ subject: { agent: 'claimed' } }, 'fixed').subject.agent).toBe('fixed');
    expect(read({}, 'fixed').subject.agent).toBe('fixed');
    expect(read({ subject: { agent: 'claimed' } }).subject.agent).toBe('claimed');
  });

  it('has its dimensions cleaned as spans have theirs', () => {
    const asked = read({
      subject: { user: '  u1 ', agent: '' },
      call: { ...call, provider: 'google_genai', operation: 'acompletion' },
    });
    expect(asked.subject).toMatchObject({ user: 'u1', agent: null });
    expect(asked.call).toMatchObject({ provider: 'gcp.gemini', operation: 'chat' });
    expect(read({ subject: { user: 'x'.repeat(300) } }).subject.user).toMatch(/^x{239}…[0-9a-f]{16}$/);
  });
});

describe('the hash of a request', () => {
  const hashOf = (body: object): string => read(body).requestHash;
  const body = { subject: { agent: 'a', tags: { x: '1', y: '2' } }, call, idempotency_key: 'k' };

  it('is of what is asked: not of the order of keys, of defaults written out, nor of the idempotency key', () => {
    const { provider, model, ...counts } = call;
    const other = {
      call: { ...counts, n: 1, model, provider },
      subject: { tags: { y: '2', x: '1' }, user: null, agent: 'a' },
    };
    expect(hashOf({ ...other, ttl_seconds: 120 })).toBe(hashOf(body));
  });

  it.each([
    { ...body, subject: { ...body.subject, agent: 'b' } },
    { ...body, subject: { ...body.subject, tags: { x: '1', y: '3' } } },
    { ...body, call: { ...call, max_output_tokens: 801 } },
    { ...body, call: { ...call, input_tokens: null, input_bytes: 1200 } },
    { ...body, ttl_seconds: 121 },
    { ...body, call: null },
  ])('differs where anything else does: %j', (other) => {
    expect(hashOf(other)).not.toBe(hashOf(body));
  });
});

describe('a body that is wrong', () => {
  it('is told everything that is wrong with it at once', () => {
    const body = {
      subject: { agnet: 'a', user: 7, tags: { a: 1, b: 'x' } },
      call: {
        provider: ['openai'],
        input_tokens: '1200',
        max_output_tokens: -1,
        n: 0,
        trace_id: '0'.repeat(32),
        cache_write: '2h',
        input_bounded: 'yes',
      },
      idempotency_key: '',
      ttl_seconds: 3601,
      why: {},
    };
    expect(faultsOf(body)).toEqual([
      'why: an object',
      'subject.agnet: "a"',
      'subject.user: 7',
      'subject.tags.a: 1',
      'call.model: nothing',
      'call.input_tokens: "1200"',
      'call.provider: a list of 1',
      `call.trace_id: "${'0'.repeat(32)}"`,
      'call.input_bounded: "yes"',
      'call.max_output_tokens: -1',
      'call.n: 0',
      'call.cache_write: "2h"',
      'idempotency_key: ""',
      'ttl_seconds: 3601',
    ]);
  });

  it.each([
    ['a number beyond a double', '{"call":{"model":"m","input_tokens":1e400}}', 'a number beyond what a double holds'],
    ['a number beyond whole doubles', '{"call":{"model":"m","input_tokens":9007199254740993}}', '9007199254740992'],
    ['a fraction', '{"call":{"model":"m","input_tokens":1.5}}', '1.5'],
    ['NaN as a text', '{"call":{"model":"m","input_tokens":"NaN"}}', '"NaN"'],
    ['more than any call has', '{"call":{"model":"m","input_tokens":1000000000001}}', '1000000000001'],
  ])('names %s', (_what, json, found) => {
    expect(faultsOf(JSON.parse(json))).toEqual([`call.input_tokens: ${found}`]);
  });

  it.each([null, [], 'text', 7, true])('that is no object, %j, is named as a whole', (body) => {
    expect(faultsOf(body)).toEqual([expect.stringMatching(/^body: /)]);
  });

  it('without a measure of its input is refused, and with none of it is not', () => {
    expect(faultsOf({ call: { model: 'm' } })).toEqual(['call.input_tokens: nothing']);
    expect(faultsOf({ call: { model: 'm', input_bytes: 0 } })).toEqual([]);
  });

  it('may have 64 tags and an idempotency key of 255 characters, not one more', () => {
    const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`t${at}`, 'x']));
    expect(faultsOf({ subject: { tags: tags(64) }, idempotency_key: 'k'.repeat(255) })).toEqual([]);
    const faults = faultsOf({ subject: { tags: tags(65) }, idempotency_key: 'k'.repeat(256) });
    expect(faults).toEqual(['subject.tags: an object', `idempotency_key: "${'k'.repeat(120)}…"`]);
  });

  it.each(['\0', '\ud800'])('may not have %j in its idempotency key, which no database holds', (text) => {
    expect(faultsOf({ idempotency_key: `k${text}` })).toHaveLength(1);
  });

  it('is told 50 of its faults where it has more', () => {
    const unknown = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`k${at}`, at]));
    expect(faultsOf(unknown)).toHaveLength(50);
  });

  it('costs no stack, however deep it nests', () => {
    const deep = JSON.parse('['.repeat(30_000) + ']'.repeat(30_000)) as unknown;
    expect(faultsOf({ subject: deep, call: { model: deep, input_tokens: deep } })).toEqual([
      'subject: a list of 1',
      'call.model: a list of 1',
      'call.input_tokens: a list of 1',
    ]);
  });

  it('is refused as a bad parameter or read, whatever it holds', () => {
    const names = ['subject', 'call', 'model', 'tags', 'input_tokens', '__proto__', 'constructor', 'ttl_seconds'];
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, -0, 1e300, Infinity, 7, 'x', ''),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...names), tie('json')),
      ),
    }));
    fc.assert(
      fc.property(json, (body) => {
        faultsOf(body);
      }),
    );
  });

  it('reads a tag named __proto__ as any other', () => {
    const { tags } = readDecisionRequest(JSON.parse('{"subject":{"tags":{"__proto__":"x"}}}'), caller).subject;
    expect(Object.entries(tags)).toEqual([['__proto__', 'x']]);
  });
});
