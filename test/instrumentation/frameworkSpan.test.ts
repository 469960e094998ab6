import { trace } from '@opentelemetry/api';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { withAttribution } from '../../instrumentation/attribution/attribution.ts';
import { currentAttribution } from '../../instrumentation/attribution/currentAttribution.ts';
import {
  currentFrameworkSpan,
  endOpenFrameworkSpans,
  runIn,
  startAgent,
  startTool,
} from '../../instrumentation/frameworks/frameworkSpan.ts';
import type { AgentFacts, ToolFacts } from '../../instrumentation/frameworks/frameworkSpan.ts';
import { shared } from '../../instrumentation/shared.ts';
import { startTracing } from './tracing.ts';

const tracing = startTracing();
const runInAgent = <Result>(facts: AgentFacts, fn: () => Result): Result => runIn(startAgent(facts), fn);
const runInTool = <Result>(facts: ToolFacts, fn: () => Result): Result => runIn(startTool(facts), fn);
/** A span of somebody else, with whom it would be attributed to. */
const work = (name: string): void => {
  const { 'gen_ai.agent.name': agent, 'gen_ai.conversation.id': conversation } = currentAttribution() ?? {};
  const attributes = {
    ...(agent === undefined ? {} : { agent }),
    ...(conversation === undefined ? {} : { conversation }),
  };
  trace.getTracer('test').startSpan(name, { attributes }).end();
};

afterEach(() => tracing.forget());
afterAll(() => tracing.stop());

describe('an agent that its framework names', () => {
  it('is the parent of what runs inside, across awaits, and its name is on it', async () => {
    await runInAgent({ name: 'bot', id: 'a1', conversation: 'c1', user: 7 }, async () => {
      await Promise.resolve();
      work('inside');
    });
    work('outside');
    expect(tracing.attributesOf('invoke_agent bot')).toEqual({
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'bot',
      'gen_ai.agent.id': 'a1',
      'gen_ai.conversation.id': 'c1',
      'user.id': '7',
    });
    expect(tracing.parentOf('inside')).toBe('invoke_agent bot');
    expect(tracing.attributesOf('inside')).toEqual({ agent: 'bot', conversation: 'c1' });
    expect([tracing.parentOf('outside'), tracing.attributesOf('outside')]).toEqual([null, {}]);
  });

  it('takes the conversation from the application where that says one, and the name from the framework', () => {
    withAttribution({ agent: 'app', session: 'mine' }, () =>
      runInAgent({ name: 'bot', conversation: 'theirs', user: 'u1' }, () => work('inside')),
    );
    expect(tracing.attributesOf('inside')).toEqual({ agent: 'bot', conversation: 'mine' });
    expect(tracing.attributesOf('invoke_agent bot')).toMatchObject({
      'gen_ai.conversation.id': 'mine',
      'user.id': 'u1',
    });
  });

  it('without a name leaves what is inside with the agent outside', () => {
    runInAgent({ name: 'outer' }, () => runInAgent({ name: null, conversation: '' }, () => work('inside')));
    expect(tracing.parentOf('inside')).toBe('invoke_agent');
    expect(tracing.attributesOf('inside')).toEqual({ agent: 'outer' });
  });

  it('does not mix with another at work at the same time', async () => {
    const meet = async (name: string): Promise<void> =>
      runInAgent({ name, conversation: `of ${name}` }, async () => {
        for (let turn = 0; turn < 3; turn += 1) await Promise.resolve();
        runInTool({ name: `tool of ${name}`, callId: `call-${name}` }, () => work(`by ${name}`));
      });
    await Promise.all(['a', 'b'].map(meet));
    for (const name of ['a', 'b']) {
      expect(tracing.parentOf(`by ${name}`)).toBe(`execute_tool tool of ${name}`);
      expect(tracing.parentOf(`execute_tool tool of ${name}`)).toBe(`invoke_agent ${name}`);
      expect(tracing.attributesOf(`by ${name}`)).toEqual({ agent: name, conversation: `of ${name}` });
      expect(tracing.attributesOf(`execute_tool tool of ${name}`)).toMatchObject({
        'gen_ai.tool.name': `tool of ${name}`,
        'gen_ai.tool.call.id': `call-${name}`,
      });
    }
  });
});

describe('its span', () => {
  it('ends as the function returns, or as its promise settles', async () => {
    expect(runInAgent({ name: 'sync' }, () => 'value')).toBe('value');
    expect(tracing.names()).toEqual(['invoke_agent sync']);
    let settle: (value: string) => void = () => {};
    const result = runInAgent({ name: 'async' }, async () => new Promise<string>((resolve) => (settle = resolve)));
    await Promise.resolve();
    expect(tracing.names()).toEqual(['invoke_agent sync']);
    settle('late');
    expect(await result).toBe('late');
    expect(tracing.names()).toEqual(['invoke_agent sync', 'invoke_agent async']);
  });

  it('is an error where the function throws or rejects, unless that is no failure', async () => {
    const fault = new RangeError('no');
    const fail = (): never => {
      throw fault;
    };
    expect(() => runInTool({ name: 'throws' }, fail)).toThrow(fault);
    await expect(runInTool({ name: 'rejects' }, async () => fail())).rejects.toBe(fault);
    expect(() => runIn(startTool({ name: 'pauses' }), fail, () => false)).toThrow(fault);
    const typeOf = (name: string): unknown => tracing.attributesOf(`execute_tool ${name}`)['error.type'];
    expect([typeOf('throws'), typeOf('rejects'), typeOf('pauses')]).toEqual(['RangeError', 'RangeError', undefined]);
  });

  it('ends once, and with the process where nobody ended it', () => {
    const open = startAgent({ name: 'open' });
    const done = startAgent({ name: 'done' });
    done?.end();
    done?.end({ error: new Error('late') });
    endOpenFrameworkSpans();
    endOpenFrameworkSpans();
    open?.end();
    expect(tracing.names()).toEqual(['invoke_agent done', 'invoke_agent open']);
    expect(tracing.attributesOf('invoke_agent done')['error.type']).toBeUndefined();
  });

  it('ends as it is when 10,000 others have begun since', () => {
    startAgent({ name: 'oldest' });
    for (let count = 0; count < 9_999; count += 1) startTool({ name: 'more' });
    expect(tracing.names()).toEqual([]);
    startTool({ name: 'one too many' });
    expect(tracing.names()).toEqual(['invoke_agent oldest']);
    endOpenFrameworkSpans();
  });

  it('is known inside as the innermost, and outside as none', () => {
    runInAgent({ name: 'bot' }, () => {
      runInTool({ name: 'look' }, () => {
        expect(currentFrameworkSpan()).toMatchObject({ kind: 'tool', name: 'look' });
      });
      expect(currentFrameworkSpan()).toMatchObject({ kind: 'agent', name: 'bot' });
    });
    expect(currentFrameworkSpan()).toBeUndefined();
  });

  it('that cannot be started leaves the function to run without', () => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    shared.tracerProvider = {
      getTracer: () => {
        throw new Error('tracer broken');
      },
    };
    expect(runInAgent({ name: 'bot' }, () => 'value')).toBe('value');
    delete shared.tracerProvider;
    vi.restoreAllMocks();
  });
});

describe('a handover', () => {
  it('gives what runs inside from now on to the other agent, in the same trace', async () => {
    const span = startAgent({ name: 'first', conversation: 'c1' });
    await span?.inside(async () => {
      work('before');
      await Promise.resolve();
      span.handOver({ name: 'second', id: 's2' });
      await Promise.resolve();
      work('after');
      span.handOver({ name: 'third' });
      work('last');
      span.handOver(null);
      work('again');
    });
    expect(tracing.names()).toEqual(['before', 'after', 'invoke_agent second', 'last', 'invoke_agent third', 'again']);
    span?.end();
    const places = ['before', 'after', 'last', 'again'].map((name) => [
      tracing.parentOf(name),
      tracing.attributesOf(name)['agent'],
    ]);
    expect(places).toEqual([
      ['invoke_agent first', 'first'],
      ['invoke_agent second', 'second'],
      ['invoke_agent third', 'third'],
      ['invoke_agent first', 'first'],
    ]);
    expect(tracing.parentOf('invoke_agent second')).toBe('invoke_agent first');
    expect(tracing.parentOf('invoke_agent third')).toBe('invoke_agent first');
    expect(tracing.attributesOf('invoke_agent second')).toMatchObject({
      'gen_ai.agent.name': 'second',
      'gen_ai.agent.id': 's2',
      'gen_ai.conversation.id': 'c1',
    });
  });

  it('ends with the run: a failure is the failure of both', () => {
    const span = startAgent({ name: 'first' });
    span?.handOver({ name: 'second' });
    span?.end({ error: new TypeError('no') });
    span?.handOver({ name: 'late' });
    expect(tracing.names()).toEqual(['invoke_agent second', 'invoke_agent first']);
    for (const name of tracing.names()) expect(tracing.attributesOf(name)['error.type']).toBe('TypeError');
  });

  it('leaves a tool that is at work with the agent that called it', () => {
    const span = startAgent({ name: 'first' });
    const tool = span?.inside(() => startTool({ name: 'slow' }));
    span?.inside(() => span.handOver({ name: 'second' }));
    tool?.inside(() => work('in the tool'));
    tool?.end();
    span?.end();
    expect(tracing.attributesOf('in the tool')).toEqual({ agent: 'first' });
    expect(tracing.parentOf('in the tool')).toBe('execute_tool slow');
  });
});
