import { describe, expect, it } from 'vitest';
import { attribute, type Ancestor } from '../../src/attribution/attribute.ts';
import { noSubject } from '../../src/attribution/subject.ts';
import type { PricedCall, Subject } from '../../src/call.ts';
import { charge } from '../../src/charge.ts';
import { readCall, type Written } from '../dialects/spans.ts';

function priced(attributes: Written = {}, resource: Written = {}): PricedCall {
  const call = readCall('x', { 'gen_ai.operation.name': 'chat', ...attributes }, { resource });
  return { ...call, price: { status: 'unpriced', reason: 'no_usage' } };
}
const ancestor = (own: Partial<Subject>, parentSpanId: string | null = '00f067aa0ba902b7'): Ancestor => ({
  own: { ...noSubject, ...own },
  parentSpanId,
});
const root = (own: Partial<Subject>) => ancestor(own, null);

describe('whom a call is attributed to', () => {
  it('its own span before all others', () => {
    const call = priced(
      { 'gen_ai.agent.name': 'own', 'user.id': 'u', 'gen_ai.conversation.id': 's' },
      { 'user.id': 'r' },
    );
    const { attribution } = attribute(call, [ancestor({ agent: 'outer', user: 'x', session: 'y' })], null);
    expect(attribution).toMatchObject({
      agent: 'own',
      user: 'u',
      session: 's',
      rules: { agent: 'span', user: 'span', session: 'span' },
    });
  });

  it('the nearest ancestor that says it, each dimension for itself', () => {
    const above = [
      ancestor({ user: 'near' }),
      ancestor({ agent: 'sub', user: 'far' }),
      root({ agent: 'main', session: 's1' }),
    ];
    expect(attribute(priced(), above, null).attribution).toMatchObject({
      agent: 'sub',
      user: 'near',
      session: 's1',
      rules: { agent: 'ancestor', user: 'ancestor', session: 'root' },
    });
  });

  it('the resource at last, and nobody where nothing says it', () => {
    const call = priced({}, { 'gen_ai.agent.name': 'svc', 'tollgate.run.id': 'batch-1' });
    expect(attribute(call, [root({})], null).attribution).toMatchObject({
      agent: 'svc',
      user: null,
      run: 'batch-1',
      rules: { agent: 'resource', user: null, session: null },
    });
  });

  it('the agent an API key fixes, whatever spans say, and without their id', () => {
    const call = priced({ 'gen_ai.agent.name': 'claimed', 'gen_ai.agent.id': 'a1', 'user.id': 'u' });
    expect(attribute(call, [], 'fixed').attribution).toMatchObject({
      agent: 'fixed',
      agentId: null,
      user: 'u',
      rules: { agent: 'key', user: 'span' },
    });
  });

  it('with the agent id of the level that gave the agent, never of another', () => {
    const own = priced({ 'gen_ai.agent.name': 'sub' });
    expect(attribute(own, [ancestor({ agent: 'main', agentId: 'a0' })], null).attribution.agentId).toBe(null);
    expect(attribute(priced(), [ancestor({ agent: 'main', agentId: 'a0' })], null).attribution.agentId).toBe('a0');
  });

  it('with the run of the nearest level, else the trace', () => {
    expect(attribute(priced(), [ancestor({}), root({ run: 'r1' })], null).attribution.run).toBe('r1');
    expect(attribute(priced({ 'tollgate.run.id': 'r0' }), [root({ run: 'r1' })], null).attribution.run).toBe('r0');
    expect(attribute(priced(), [], null).attribution.run).toBe('0af7651916cd43dd8448eb211c80319c');
  });

  it('with the route of the nearest span that has one', () => {
    const above = [ancestor({}), ancestor({ endpoint: '/inner' }), root({ endpoint: '/outer' })];
    expect(attribute(priced(), above, null).attribution.endpoint).toBe('/inner');
    expect(attribute(priced(), [], null).attribution.endpoint).toBe(null);
  });

  it('with the tags of all levels, the nearer value of one name', () => {
    const call = priced({ 'tollgate.tag.a': 'span' }, { 'tollgate.tag.a': 'resource', 'tollgate.tag.d': 'resource' });
    const above = [ancestor({ tags: { a: 'near', b: 'near' } }), root({ tags: { b: 'far', c: 'far' } })];
    expect(attribute(call, above, null).attribution.tags).toEqual({ a: 'span', b: 'near', c: 'far', d: 'resource' });
  });
});

describe('whether a call is charged', () => {
  it('charges a call', () => {
    expect(charge(attribute(priced(), [], null))).toMatchObject({ charge: 'charged', chargeReason: null });
  });

  it('never charges a container, and keeps the rule that made it one', () => {
    const container = priced({ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.usage.input_tokens': 5 });
    expect(charge(attribute(container, [], null))).toMatchObject({
      charge: 'container',
      chargeReason: 'gen_ai.operation.name=invoke_agent',
    });
  });
});
