import { describe, expect, it } from 'vitest';
import { agent, attributionOf, auditAll, call, charges, plain } from './examples.ts';

describe('an agent total', () => {
  it('is pending until its delay has passed, then charged', () => {
    const alone = [agent('a', { receivedMs: 1_000 })];
    // 1 s + 60 s = 61 s.
    expect(charges(alone, 60_999)).toEqual({ '1/a': 'pending agent_total' });
    expect(charges(alone, 61_000)).toEqual({ '1/a': 'charged agent_total' });
  });

  it('is charged only where no call that bears usage is below or above it', () => {
    const container = 'container gen_ai.operation.name=invoke_agent';
    expect(charges([agent('a'), call('b', { parent: 'a' })])['1/a']).toBe(container);
    expect(charges([call('b'), agent('a', { parent: 'b' })])['1/a']).toBe(container);
    expect(charges([agent('a'), call('b', { parent: 'a', tokens: null })])['1/a']).toBe('charged agent_total');
    expect(charges([agent('a'), call('b')])['1/a']).toBe('charged agent_total');
  });

  it('is not charged above another agent total', () => {
    const container = 'container gen_ai.operation.name=invoke_agent';
    expect(charges([agent('a'), plain('b', { parent: 'a' }), agent('c', { parent: 'b' })])).toEqual({
      '1/a': container,
      '1/c': 'charged agent_total',
    });
    expect(charges([agent('a'), agent('c', { parent: 'a', tokens: null })])['1/a']).toBe('charged agent_total');
  });

  it('is nothing that other containers or agents without usage can be', () => {
    expect(charges([agent('a', { tokens: null })])['1/a']).toBe('container gen_ai.operation.name=invoke_agent');
    const workflow = agent('a', {
      operation: 'invoke_workflow',
      containerRule: 'gen_ai.operation.name=invoke_workflow',
    });
    expect(charges([workflow])['1/a']).toBe('container gen_ai.operation.name=invoke_workflow');
  });
});

describe('attribution of a row', () => {
  const ofB = (words: Parameters<typeof call>[1], ...others: Parameters<typeof auditAll>[0]) =>
    attributionOf('b', [call('b', { parent: 'a', ...words }), ...others]);

  it('is by the span, then the nearest above, then the root', () => {
    const chain = [
      plain('c', { own: { user: 'root', session: 'root', agent: 'root' } }),
      plain('a', { parent: 'c', own: { user: 'near', agent: 'near' } }),
    ];
    expect(ofB({ own: { agent: 'own' } }, ...chain)).toMatchObject({
      agent: 'own',
      user: 'near',
      session: 'root',
      rules: { agent: 'span', user: 'ancestor', session: 'root' },
    });
  });

  it("asks the trace's only root where the way up is broken", () => {
    const root = plain('c', { own: { agent: 'root' } });
    expect(ofB({}, root)).toMatchObject({ agent: 'root', rules: { agent: 'root' } });
    expect(ofB({}, root, plain('d')).agent).toBeNull();
    // The way up ends at a root of its own: nothing is missing.
    expect(attributionOf('b', [call('b'), root]).agent).toBeNull();
  });

  it('takes what the trace agrees on for user and session only', () => {
    const said = { user: 'ann', session: 's', agent: 'x', run: 'r', endpoint: '/' };
    const beside = (words: object) => plain('d', { parent: 'z', own: words });
    expect(ofB({ parent: 'y' }, beside(said))).toMatchObject({
      agent: null,
      user: 'ann',
      session: 's',
      run: '1'.padStart(32, '0'),
      endpoint: null,
      rules: { agent: null, user: 'trace', session: 'trace' },
    });
    const other = plain('e', { parent: 'z', own: { user: 'bob', session: 's' } });
    expect(ofB({ parent: 'y' }, beside(said), other)).toMatchObject({ user: null, session: 's' });
  });

  it('takes the resource last, and an agent with its own id', () => {
    const resource = { agent: 'fleet', agentId: 'f1', user: 'team', session: 'day', run: 'r9' };
    expect(ofB({ resource })).toMatchObject({
      agent: 'fleet',
      agentId: 'f1',
      user: 'team',
      run: 'r9',
      rules: { agent: 'resource', user: 'resource', session: 'resource' },
    });
    const above = plain('a', { own: { agent: 'near', user: 'ann' } });
    expect(ofB({ resource, own: { agentId: 'own' } }, above)).toMatchObject({
      agent: 'near',
      agentId: null,
      user: 'ann',
    });
    expect(ofB({ resource }, plain('e', { own: { user: 'bob' } })).rules.user).toBe('root');
  });

  it('has the agent that the key fixes, whatever is said', () => {
    const keyed = ofB({ keyAgent: 'k', own: { agent: 'own', agentId: '1', user: 'ann' } });
    expect(keyed).toMatchObject({ agent: 'k', agentId: null, user: 'ann', rules: { agent: 'key', user: 'span' } });
  });

  it('finds run and endpoint on the same way, else the run is the trace', () => {
    const above = plain('a', { own: { run: 'r', endpoint: '/chat' } });
    expect(ofB({}, above)).toMatchObject({ run: 'r', endpoint: '/chat' });
    expect(ofB({}, plain('a'))).toMatchObject({ run: '1'.padStart(32, '0'), endpoint: null });
  });

  it('unites tags, the nearest first, and names the distinct agents from the nearest up', () => {
    const chain = [
      plain('c', { own: { agent: 'two', tags: { x: 'root', z: 'root' } } }),
      plain('d', { parent: 'c', own: { agent: 'one' } }),
      plain('a', { parent: 'd', own: { agent: 'two', tags: { x: 'near', y: 'near' } } }),
    ];
    const found = ofB({ own: { tags: { y: 'own' } }, resource: { tags: { z: 'no', q: 'yes' } } }, ...chain);
    expect(found.tags).toEqual({ x: 'near', y: 'own', z: 'root', q: 'yes' });
    expect(found.agentPath).toEqual(['two', 'one']);
  });
});

describe('copies of one call', () => {
  const id = { responseId: 'resp-0001' };
  const better = { isEmitterKnown: true };

  it('pool what they know: the application says the user though the figures are the gateway’s', () => {
    const app = call('a', { ...id, own: { user: 'ann', tags: { x: 'app' } } });
    const own = { user: 'key-7', session: 's', tags: { x: 'gateway', y: 'gateway' } };
    const gateway = call('b', { ...id, ...better, trace: '2', service: 'gateway', kind: 2, at: -0.5, own });
    expect(charges([app, gateway])).toEqual({ '1/a': 'duplicate same_provider_id 2/b', '2/b': 'charged' });
    expect(attributionOf('b', [app, gateway])).toMatchObject({
      user: 'ann',
      session: 's',
      run: '1'.padStart(32, '0'),
      tags: { x: 'app', y: 'gateway' },
      rules: { user: 'span', session: 'span' },
    });
    // The duplicate's own row says what it says itself.
    expect(attributionOf('a', [app, gateway])).toMatchObject({ user: 'ann', session: null });
  });

  it('are asked by start, end and depth; span, way up and key of any before the trace or resource of the first', () => {
    const user = (name: string) => ({ own: { user: name } });
    const copy = { scope: 'two', lasts: 2, ...better };
    expect(attributionOf('b', [call('a', user('a')), call('b', { ...copy, ...user('b') })]).user).toBe('b');
    expect(attributionOf('b', [call('a', { at: -0.1, ...user('a') }), call('b', { ...copy, ...user('b') })]).user).toBe(
      'a',
    );
    const first = call('a', { at: -0.1, resource: { user: 'team' } });
    expect(attributionOf('b', [first, call('b', { ...copy, resource: { user: 'other' } })]).user).toBe('team');
    expect(attributionOf('b', [first, call('b', { ...copy, ...user('b') })])).toMatchObject({
      user: 'b',
      rules: { user: 'span' },
    });
    const keyed = call('b', { ...copy, keyAgent: 'k' });
    expect(attributionOf('b', [call('a', { at: -0.1, own: { agent: 'x' } }), keyed]).agent).toBe('x');
    expect(attributionOf('b', [call('a', { at: -0.1 }), keyed])).toMatchObject({ agent: 'k', rules: { agent: 'key' } });
  });
});

describe('the sums', () => {
  it('add what is charged by day and hour of the start and by dimension, to the femto-USD', () => {
    const shop = { service: 'shop', own: { user: 'ann', session: 's', agent: 'x' } };
    const spans = [
      call('a', { ...shop, trace: '1', cost: 10n ** 30n + 1n }),
      call('b', { ...shop, trace: '2', at: 3599, cost: 2n, status: 'error' }),
      // 12:00 + 1 h is another hour; 12 h is another day.
      call('c', { ...shop, trace: '3', at: 3600, cost: null, usage: { cache_read: 7, reasoning: 2 } }),
      call('d', { ...shop, trace: '4', at: 12 * 3600, cost: 4n }),
      call('e', { ...shop, trace: '1', parent: 'a', tokens: null, model: 'claude-3', cost: 0n }),
    ];
    const { sums } = auditAll(spans);
    const rows = (table: keyof typeof sums) =>
      [...sums[table].values()].map(({ calls, cost_femto_usd }) => [calls, cost_femto_usd]);
    expect(rows('rollup_daily')).toEqual([
      [3n, 10n ** 30n + 3n],
      [1n, 4n],
      [1n, 0n],
    ]);
    expect(rows('rollup_hourly')).toHaveLength(4);
    expect(rows('run_daily')).toHaveLength(5);
    const [day] = sums.session_daily.values();
    const noon = 1_795_176_000_000_000n;
    expect(day).toEqual({
      calls: 3n,
      unpriced_calls: 1n,
      error_calls: 1n,
      // 3 calls of 10 and 5 tokens, and 7 cached.
      input_tokens: 37n,
      cache_read_tokens: 7n,
      cache_write_tokens: 0n,
      output_tokens: 15n,
      reasoning_tokens: 2n,
      duration_nano: 3_000_000_000n,
      cost_femto_usd: 10n ** 30n + 3n,
      first_seen: noon,
      last_seen: noon + 3_600_000_000n,
    });
  });

  it('leave out duplicates and containers', () => {
    const { sums } = auditAll([call('a'), call('b', { parent: 'a' }), agent('c')]);
    expect([...sums.rollup_daily.values()].map(({ calls }) => calls)).toEqual([2n]);
  });
});
