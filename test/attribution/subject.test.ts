import { describe, expect, it } from 'vitest';
import { TAG_NAME_CHARS_MAX, TAGS_MAX } from '../../src/attribution/tags.ts';
import type { Subject } from '../../src/call.ts';
import type { ReceivedSpan } from '../../src/span.ts';
import { readSkeleton, type Written } from '../dialects/spans.ts';

function own(attributes: Written, rest: Partial<Pick<ReceivedSpan, 'name' | 'kind' | 'traceState'>> = {}): Subject {
  return readSkeleton('x', attributes, { kind: 1, ...rest }).own;
}

/** The public order (contract, section 4), then the names of single emitters. */
const order: Readonly<Record<'agent' | 'user' | 'session', readonly string[]>> = {
  agent: ['gen_ai.agent.name', 'agent.name', 'gen_ai.agent.id', 'agent.id', 'ai.telemetry.functionId'],
  user: [
    'user.id',
    'enduser.id',
    'enduser.pseudo.id',
    'langfuse.user.id',
    'ai.telemetry.metadata.userId',
    'traceloop.association.properties.user_id',
    'llm.user',
  ],
  session: [
    'gen_ai.conversation.id',
    'session.id',
    'langfuse.session.id',
    'ai.telemetry.metadata.sessionId',
    'traceloop.association.properties.session_id',
    'mastra.metadata.sessionId',
  ],
};

describe('whom a span says it belongs to', () => {
  it.each(['agent', 'user', 'session'] as const)('the %s is the first present in the public order', (dimension) => {
    const keys = order[dimension];
    keys.forEach((key, place) => {
      // The later keys come first on the span: their order there decides nothing.
      const present = keys.slice(place).toReversed();
      expect(own(Object.fromEntries(present.map((one) => [one, `from ${one}`])))[dimension]).toBe(`from ${key}`);
    });
  });

  it('an empty value counts as absent', () => {
    expect(own({ 'user.id': '', 'enduser.id': 'e1' }).user).toBe('e1');
    expect(own({ 'user.id': 7n }).user).toBe('7');
  });

  it('the agent id is kept beside the name, and is the agent where no name is', () => {
    expect(own({ 'gen_ai.agent.name': 'bot', 'gen_ai.agent.id': 'a1' })).toMatchObject({ agent: 'bot', agentId: 'a1' });
    expect(own({ 'gen_ai.agent.id': 'a1' })).toMatchObject({ agent: 'a1', agentId: 'a1' });
  });

  it('an invoke_agent span names its agent', () => {
    const written = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.provider.name': 'openai' };
    expect(own(written, { name: 'invoke_agent researcher' }).agent).toBe('researcher');
    expect(own(written, { name: 'run' }).agent).toBe(null);
  });

  it('a session that Logfire scrubbed is none: it would be that of everybody', () => {
    expect(own({ 'session.id': "[Scrubbed due to 'session']", 'user.id': 'ada' })).toMatchObject({
      user: 'ada',
      session: null,
    });
  });

  it('a LangGraph graph names its agent and user, as OpenInference passes on the metadata of a LangChain run', () => {
    const scope = '@arizeai/openinference-instrumentation-langchain';
    const of = (metadata: Written | string, name: string): Subject => {
      const text = typeof metadata === 'string' ? metadata : JSON.stringify(metadata);
      return readSkeleton(scope, { metadata: text }, { kind: 1, name }).own;
    };
    const graph = { ls_integration: 'langgraph', user_id: 'user-3' };
    expect(of(graph, 'lead')).toMatchObject({ agent: 'lead', user: 'user-3' });
    // A node of the graph, a graph without a name, a chain of no graph: nobody's agent.
    expect(of({ ...graph, langgraph_node: 'tools' }, 'tools')).toMatchObject({ agent: null, user: 'user-3' });
    expect(of(graph, 'LangGraph').agent).toBe(null);
    expect(of({ user_id: 'user-3' }, 'RunnableSequence').agent).toBe(null);
    for (const hostile of ['', '{', '[]', 'null', '{"user_id":{}}'])
      expect(of(hostile, 'lead')).toMatchObject({ agent: null, user: null });
    expect(own({ metadata: JSON.stringify(graph) }, { name: 'lead' })).toMatchObject({ agent: null, user: null });
  });

  it('the run is tollgate.run.id, else the r: part of the tollgate entry of the trace state', () => {
    const traceState = 'vendor=x, tollgate=p:1;r:run-7';
    expect(own({}, { traceState }).run).toBe('run-7');
    expect(own({ 'user.id': 'u' }, { traceState }).run).toBe('run-7');
    expect(own({ 'tollgate.run.id': 'run-8' }, { traceState }).run).toBe('run-8');
    expect(own({}, { traceState: 'nottollgate=r:1' }).run).toBe(null);
    expect(own({}, { traceState: 'tollgate=r:' }).run).toBe(null);
  });

  it("the endpoint is the route of a span that is no client: a client's is the callee's", () => {
    expect(own({ 'http.route': '/chat' }, { kind: 2 }).endpoint).toBe('/chat');
    expect(own({ 'http.route': '/chat' }, { kind: 3 }).endpoint).toBe(null);
  });

  it('tags come from our prefix and from the dialects, ids excepted', () => {
    expect(
      own({
        'tollgate.tag.feature': 'faq',
        'ai.telemetry.metadata.plan': 'pro',
        'ai.telemetry.metadata.userId': 'u1',
        'traceloop.association.properties.beta': true,
        'tag.tags': ['nightly', 'eval'],
        'tollgate.tag.': 'no name',
        'tollgate.tag.object': { a: 1 },
      }).tags,
    ).toEqual({ feature: 'faq', plan: 'pro', beta: 'true', nightly: 'true', eval: 'true' });
  });

  it(`keeps ${TAGS_MAX} tags, the first by name, whatever their order`, () => {
    const many = Array.from(
      { length: TAGS_MAX + 1 },
      (_, n) => [`tollgate.tag.t${String(n).padStart(2, '0')}`, 'x'] as const,
    );
    const kept = own(Object.fromEntries(many)).tags;
    expect(Object.keys(kept)).toHaveLength(TAGS_MAX);
    expect(kept).not.toHaveProperty(`t${TAGS_MAX}`);
    expect(own(Object.fromEntries(many.toReversed())).tags).toEqual(kept);
  });

  it(`keeps tag names of ${TAG_NAME_CHARS_MAX} characters and cuts longer ones, a name like __proto__ being one too`, () => {
    const name = 'n'.repeat(TAG_NAME_CHARS_MAX);
    expect(Object.keys(own({ [`tollgate.tag.${name}`]: 'x' }).tags)).toEqual([name]);
    expect(Object.keys(own({ [`tollgate.tag.${name}n`]: 'x' }).tags)[0]).toMatch(/^n{47}…[0-9a-f]{16}$/);
    expect(Object.keys(own({ 'tollgate.tag.__proto__': 'x' }).tags)).toEqual(['__proto__']);
  });
});
