import { describe, expect, it } from 'vitest';
import { noSubject } from '../../src/attribution/subject.ts';
import { chat, plain, settle } from './settle.ts';

const attributionOf = (spans: Parameters<typeof settle>[0], span: number, keyAgent: string | null = null) =>
  settle(spans, { keyAgent }).get(span)?.attribution;

describe('whom a call is attributed to', () => {
  it('its own span before all others', () => {
    const own = { agent: 'own', user: 'u', session: 's' };
    expect(
      attributionOf([plain(1, { own: { agent: 'outer', user: 'x', session: 'y' } }), chat(2, { below: 1, own })], 2),
    ).toMatchObject({
      ...own,
      agentPath: ['own', 'outer'],
      rules: { agent: 'span', user: 'span', session: 'span' },
    });
  });

  it('the nearest span above that says it, each dimension for itself', () => {
    const spans = [
      plain(1, { own: { agent: 'main', session: 's1' } }),
      plain(2, { below: 1, own: { agent: 'sub', user: 'far' } }),
      plain(3, { below: 2, own: { user: 'near' } }),
      chat(4, { below: 3 }),
    ];
    expect(attributionOf(spans, 4)).toMatchObject({
      agent: 'sub',
      user: 'near',
      session: 's1',
      agentPath: ['sub', 'main'],
      rules: { agent: 'ancestor', user: 'ancestor', session: 'root' },
    });
  });

  it('through a thousand spans that say nothing', () => {
    const silentSpans = Array.from({ length: 1000 }, (_, place) => plain(place + 2, { below: place + 1 }));
    const spans = [plain(1, { own: { user: 'u1' } }), ...silentSpans, chat(2000, { below: 1001 })];
    expect(attributionOf(spans, 2000)).toMatchObject({ user: 'u1', rules: { user: 'root' } });
  });

  it("the trace's root where the way up ends at a span that is not there, if there is one root", () => {
    const orphan = chat(9, { below: 8 });
    const root = plain(1, { own: { user: 'u1', agent: 'main' } });
    expect(attributionOf([root, orphan], 9)).toMatchObject({
      user: 'u1',
      agent: 'main',
      rules: { user: 'root', agent: 'root' },
    });
    expect(attributionOf([root, plain(2), orphan], 9)).toMatchObject({
      user: 'u1',
      agent: null,
      rules: { user: 'trace', agent: null },
    });
  });

  it('user and session that all spans of the trace agree on, agents never', () => {
    const said = [
      plain(1),
      chat(2, { below: 1 }),
      chat(3, { below: 1, own: { agent: 'a', user: 'u1', session: 's1' } }),
    ];
    expect(attributionOf(said, 2)).toMatchObject({
      agent: null,
      user: 'u1',
      session: 's1',
      rules: { user: 'trace', session: 'trace' },
    });
    expect(attributionOf([...said, chat(4, { below: 1, own: { user: 'u2' } })], 2)).toMatchObject({
      user: null,
      session: 's1',
    });
  });

  it('the resource at last, and nobody where nothing says it', () => {
    const resourceSubject = { ...noSubject, agent: 'svc', agentId: 'a1', run: 'batch-1', tags: { team: 'x' } };
    expect(attributionOf([chat(1, {}, { resourceSubject })], 1)).toEqual({
      agent: 'svc',
      agentId: 'a1',
      user: null,
      session: null,
      run: 'batch-1',
      endpoint: null,
      tags: { team: 'x' },
      agentPath: [],
      rules: { agent: 'resource', user: null, session: null },
    });
  });

  it('the agent an API key fixes, whatever spans say, and without their id', () => {
    const own = { agent: 'claimed', agentId: 'a1', user: 'u' };
    expect(attributionOf([chat(1, { own })], 1, 'fixed')).toMatchObject({
      agent: 'fixed',
      agentId: null,
      user: 'u',
      rules: { agent: 'key' },
    });
  });

  it('with the agent id of the span that gave the agent, never of another', () => {
    const main = plain(1, { own: { agent: 'main', agentId: 'a0' } });
    expect(attributionOf([main, chat(2, { below: 1, own: { agent: 'sub' } })], 2)?.agentId).toBe(null);
    expect(attributionOf([main, chat(2, { below: 1 })], 2)?.agentId).toBe('a0');
  });

  it('with run, route and tags of the nearest, else the trace as its run', () => {
    const root = plain(1, { own: { run: 'r1', endpoint: '/outer', tags: { a: 'far', b: 'far' } } });
    const call = chat(2, { below: 1, own: { tags: { a: 'near' } } });
    expect(attributionOf([root, call], 2)).toMatchObject({
      run: 'r1',
      endpoint: '/outer',
      tags: { a: 'near', b: 'far' },
    });
    expect(attributionOf([chat(1)], 1)?.run).toBe('1'.padStart(32, '0'));
  });

  it("by all copies of the call: the user that the application says, though the figures are the gateway's", () => {
    const id = { responseId: 'chatcmpl-123' };
    const app = [plain(1, { own: { user: 'u1' } }), chat(2, { below: 1 }, { ...id, scope: 'sdk', lossy: true })];
    const gateway = chat(
      3,
      { trace: 2, from: 5, own: { user: 'key-owner', session: 's9' } },
      { ...id, scope: 'gw', kind: 2 },
    );
    const settled = settle([...app, gateway]);
    expect(settled.get(3)).toMatchObject({
      charge: 'charged',
      attribution: { user: 'u1', session: 's9', run: '1'.padStart(32, '0') },
    });
    expect(settled.get(2)).toMatchObject({ charge: 'duplicate', attribution: { user: 'u1', session: null } });
  });

  it('in a ring of parents as if the first of the ring had none', () => {
    const spans = [plain(1, { below: 3, own: { user: 'one' } }), plain(2, { below: 1 }), chat(3, { below: 2 })];
    expect(attributionOf(spans, 3)).toMatchObject({ user: 'one', rules: { user: 'ancestor' } });
    expect(attributionOf([chat(1, { below: 1 })], 1)).toMatchObject({ user: null });
  });

  it('where two spans have one id, by the one that starts first', () => {
    const spans = [
      plain(1, { from: 5, own: { user: 'late' } }),
      plain(1, { own: { user: 'first' } }),
      chat(2, { below: 1 }),
    ];
    expect(attributionOf(spans, 2)).toMatchObject({ user: 'first' });
  });
});
