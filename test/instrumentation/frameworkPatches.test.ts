import { EventEmitter } from 'node:events';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { frameworkPatches } from '../../instrumentation/frameworks/frameworkPatches.ts';
import { langchainCore, langgraph } from '../../instrumentation/frameworks/langchain.ts';
import { mastra, mastraExporter } from '../../instrumentation/frameworks/mastra.ts';
import { openaiAgents } from '../../instrumentation/frameworks/openaiAgents.ts';
import { hearStderr } from './heard.ts';
import { startTracing } from './tracing.ts';

const tracing = startTracing();
const said = hearStderr();

afterEach(() => tracing.forget());

afterAll(() => tracing.stop());

/** The exporter has no shape: it is enough that it is there. */
const patches = frameworkPatches.filter((patch) => patch !== mastraExporter);

describe('a framework of another shape', () => {
  it.each(patches.map((patch) => [patch.packageName, patch] as const))('%s is left as it is', (_name, patch) => {
    class Runner {}
    for (const exported of [undefined, null, 'text', {}, { Agent: null, Pregel: {}, StructuredTool: 7, Runner }])
      expect(() => patch.patch(exported, '99.0.0')).not.toThrow();
    expect(Object.getOwnPropertyNames(Runner.prototype)).toEqual(['constructor']);
  });
});

describe('LangChain', () => {
  class StructuredTool {
    name = 'look';
    async call(argument: unknown, _config?: unknown): Promise<unknown> {
      return argument;
    }
  }
  class RunnableSequence {
    readonly name: string | undefined;
    constructor(name?: string) {
      this.name = name;
    }
    async invoke(input: unknown, _config?: unknown): Promise<unknown> {
      return input;
    }
  }
  langchainCore.patch({ StructuredTool, RunnableSequence }, '1.0.0');
  langchainCore.patch({ StructuredTool, RunnableSequence }, '1.0.0');

  it('has the id of a tool call from the call itself, or from the configuration', async () => {
    const tool = new StructuredTool();
    expect(await tool.call({ type: 'tool_call', id: 'call_1', args: {} })).toMatchObject({ id: 'call_1' });
    await tool.call({ city: 'Paris' }, { toolCall: { id: 'call_2' } });
    await tool.call({ id: 'none' });
    expect(tracing.all().map(({ attributes }) => attributes['gen_ai.tool.call.id'])).toEqual([
      'call_1',
      'call_2',
      undefined,
    ]);
  });

  it('records a chain by its name alone, not by that of a node or of a structured output', async () => {
    await new RunnableSequence().invoke(1);
    await new RunnableSequence('own').invoke(1);
    await new RunnableSequence('own').invoke(1, { runName: 'given' });
    await new RunnableSequence().invoke(1, { runName: 'node', metadata: { langgraph_node: 'node' } });
    await new RunnableSequence().invoke(1, { runName: 'StructuredOutputRunnable' });
    expect(tracing.names()).toEqual(['invoke_agent own', 'invoke_agent given']);
  });

  it('takes a graph’s thread from what it is called with, then from what it was made with', async () => {
    class Pregel {
      name = 'LangGraph';
      config = { configurable: { thread_id: 'made' }, metadata: { user_id: 'u1' } };
      async *_streamIterator(_input: unknown, _config?: unknown): AsyncGenerator<number> {
        yield 1;
      }
    }
    langgraph.patch({ Pregel }, '1.0.0');
    for (const config of [undefined, { configurable: { thread_id: 'called' } }, { metadata: { session_id: 7 } }])
      for await (const value of new Pregel()._streamIterator({}, config)) expect(value).toBe(1);
    const whose = tracing
      .all()
      .map(({ name, attributes }) => [name, attributes['gen_ai.conversation.id'], attributes['user.id']]);
    expect(whose).toEqual([
      ['invoke_agent', 'made', 'u1'],
      ['invoke_agent', 'called', 'u1'],
      ['invoke_agent', '7', 'u1'],
    ]);
  });
});

describe('OpenAI Agents', () => {
  it('whose session cannot be asked for its id runs without a conversation', async () => {
    class Runner extends EventEmitter {
      async run(_agent: unknown, input: unknown, _options?: unknown): Promise<unknown> {
        return input;
      }
    }
    openaiAgents.patch({ Runner }, '0.20.0');
    const session = Object.defineProperty({}, 'sessionId', {
      get: () => {
        throw new Error('no session yet');
      },
    });
    expect(await new Runner().run({ name: 'Triage' }, 'hello', { session })).toBe('hello');
    expect(tracing.attributesOf('invoke_agent Triage')).not.toHaveProperty('gen_ai.conversation.id');
    expect([said, Object.hasOwn(Runner.prototype, 'emit'), Object.hasOwn(EventEmitter.prototype, 'emit')]).toEqual([
      [],
      true,
      true,
    ]);
  });

  it('that calls tools elsewhere says so', () => {
    openaiAgents.patch({ tool: () => ({}) }, '0.1.0');
    expect(said.join('')).toContain('their executions are not recorded');
  });
});

describe('Mastra', () => {
  it('has one span where one method of an agent calls another', async () => {
    class Agent {
      id = 'a';
      name = 'Bot';
      async generate(prompt: string, _options?: unknown): Promise<string> {
        return prompt;
      }
      async resumeGenerate(prompt: string, options?: unknown): Promise<string> {
        return this.generate(prompt, options);
      }
    }
    mastra.patch({ Agent }, '1.0.0');
    const memory = { thread: { id: 't1' }, resource: 'u1' };
    expect(await new Agent().resumeGenerate('hello', { memory })).toBe('hello');
    expect(tracing.names()).toEqual(['invoke_agent Bot']);
    expect(tracing.attributesOf('invoke_agent Bot')).toMatchObject({
      'gen_ai.agent.id': 'a',
      'gen_ai.conversation.id': 't1',
      'user.id': 'u1',
    });
  });

  it('calls tools that cannot be changed, or be asked about, as it does by itself', async () => {
    const execute = (argument: unknown): unknown => argument;
    const getter = { execute };
    Object.defineProperty(getter, 'execute', { get: () => execute });
    const odd = Object.defineProperty({}, 'execute', {
      enumerable: true,
      get: () => {
        throw new Error('no execute');
      },
    });
    const tools = { plain: { execute }, frozen: Object.freeze({ execute }), getter, odd };
    class Agent {
      async convertTools(): Promise<typeof tools> {
        return tools;
      }
    }
    mastra.patch({ Agent }, '1.0.0');
    const converted = await new Agent().convertTools();
    expect(converted).toBe(tools);
    const called = [converted.plain, converted.frozen, converted.getter].map((tool) => tool.execute('same'));
    expect(called).toEqual(['same', 'same', 'same']);
    expect(tracing.names()).toEqual(['execute_tool plain']);
    const options = Object.defineProperty({}, 'toolCallId', {
      get: () => {
        throw new Error('no id');
      },
    });
    const call = converted.plain.execute as (argument: unknown, options: unknown) => unknown;
    expect(call('same', options)).toBe('same');
  });

  it('whose exporter sends the same calls is told where that must not go', () => {
    mastraExporter.patch({}, '1.4.0');
    expect(said.join('')).toContain('@mastra/otel-exporter is loaded');
  });
});
