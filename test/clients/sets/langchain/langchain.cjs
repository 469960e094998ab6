'use strict';
const { script: scriptText, call, parallel, meeting } = require('../../scenarios/agents.cjs');

const script = (...words) => ({ messages: [{ role: 'user', content: scriptText(...words) }] });
const last = ({ messages }) => messages.map(({ content }) => content).slice(1);

module.exports = {
  packages: ['langchain', '@langchain/openai', '@langchain/langgraph', '@langchain/core/runnables', 'zod'],
  scenarios: ({ createAgent, tool }, { ChatOpenAI }, langgraph, { RunnableLambda, RunnableSequence }, { z }) => {
    const { Annotation, Command, END, MemorySaver, START, StateGraph, interrupt } = langgraph;
    const modelOf = (model, more) => new ChatOpenAI({ model, apiKey: 'test', ...more });
    const toolOf = (name, run = async ({ city }) => `${name} ${city}`) =>
      tool(run, { name, description: name, schema: z.object({ city: z.string() }) });
    const failing = toolOf('failing', async () => {
      throw new RangeError('no such city');
    });
    const agentOf = (model, more = {}) =>
      createAgent({
        model: modelOf(model),
        tools: [toolOf('lookup'), toolOf('weather')],
        name: 'weather_bot',
        ...more,
      });
    const State = Annotation.Root({ text: Annotation({ reducer: (old, text) => old + text, default: () => '' }) });
    const ask = (model, more) => async (_state, config) => {
      const { content } = await modelOf(model, more).invoke(script([]).messages, config);
      return { text: `${content};` };
    };

    return {
      agent: async (model) => last(await agentOf(model).invoke(script(parallel))),
      agentOfThread: async (model) =>
        last(await agentOf(model).invoke(script([]), { configurable: { thread_id: 't1', user_id: 'u1' } })),
      agentUnnamed: async (model) =>
        last(await agentOf(model, { name: undefined }).invoke(script([]), { configurable: { thread_id: 't2' } })),
      agentStream: async (model) => {
        const seen = [];
        for await (const chunk of await agentOf(model).stream(script(parallel), { streamMode: 'updates' }))
          seen.push(Object.keys(chunk));
        return seen;
      },
      agentStreamMessages: async (model) => {
        let text = '';
        for await (const [chunk] of await agentOf(model).stream(script(parallel), { streamMode: 'messages' }))
          text += chunk.content;
        return text.length;
      },
      agentStreamBreak: async (model) => {
        for await (const chunk of await agentOf(model).stream(script([]), { streamMode: 'updates' }))
          return Object.keys(chunk);
      },
      agentStreamNeverRead: async (model) => {
        let called;
        const answered = new Promise((resolve, reject) => {
          called = modelOf(model, { callbacks: [{ handleLLMEnd: resolve, handleLLMError: reject }] });
        });
        const stream = await agentOf(model, { model: called }).stream(script([]), { streamMode: 'updates' });
        await answered;
        return typeof stream[Symbol.asyncIterator];
      },
      agentEvents: async (model) => {
        const seen = [];
        for await (const { event, name } of agentOf(model).streamEvents(script(parallel), { version: 'v2' }))
          if (!event.endsWith('_stream')) seen.push(`${event} ${name}`);
        return seen.toSorted((a, b) => (a < b ? -1 : 1));
      },
      agentBatch: async (model) => (await agentOf(model).graph.batch([script([]), script([])])).map(last),
      agentToolError: async (model) =>
        last(await agentOf(model, { tools: [failing] }).invoke(script([[call('failing')]]))),
      agentError400: async (model) => last(await agentOf(model).invoke(script([400]))),
      agentOfAgents: async (model) => {
        const helper = agentOf(model, { name: 'helper' });
        const ask = toolOf('ask_helper', async () => last(await helper.invoke(script(parallel, 'Helped.'))).at(-1));
        return last(await agentOf(model, { tools: [ask] }).invoke(script([[call('ask_helper')]])));
      },
      agentsAtOnce: async (model) => {
        const { wait, meet } = meeting();
        const runOf = (thread_id, more) => async () =>
          last(await agentOf(model, more).invoke(script([[call('lookup')]]), { configurable: { thread_id } }));
        return meet(runOf('t3', { tools: [toolOf('lookup', wait)] }), runOf('t4'));
      },
      graph: async (model) => {
        const inner = new StateGraph(State)
          .addNode('write', ask(model))
          .addEdge(START, 'write')
          .addEdge('write', END)
          .compile({ name: 'writer' });
        const unnamed = new StateGraph(State)
          .addNode('read', ask(model))
          .addEdge(START, 'read')
          .addEdge('read', END)
          .compile();
        const graph = new StateGraph(State)
          .addNode('plan', ask(model))
          .addNode('inner', inner)
          .addNode('unnamed', unnamed)
          .addEdge(START, 'plan')
          .addEdge('plan', 'inner')
          .addEdge('inner', 'unnamed')
          .addEdge('unnamed', END)
          .compile({ name: 'pipeline' });
        return graph.invoke({ text: '' });
      },
      graphInterrupted: async (model) => {
        const stop = toolOf('approve', async () => interrupt('really?'));
        const graph = agentOf(model, { tools: [stop], checkpointer: new MemorySaver() });
        const config = { configurable: { thread_id: 't5' } };
        const paused = await graph.invoke(script([[call('approve')]]), config);
        const resumed = await graph.invoke(new Command({ resume: 'yes' }), config);
        return [paused.__interrupt__.map(({ value }) => value), last(resumed)];
      },
      chain: async (model) => {
        const chain = RunnableLambda.from(({ messages }) => messages).pipe(modelOf(model));
        const { content } = await chain.withConfig({ runName: 'summary' }).invoke(script([]));
        return content;
      },
      chainStream: async (model) => {
        const steps = [RunnableLambda.from(({ messages }) => messages), modelOf(model)];
        let text = '';
        for await (const chunk of await RunnableSequence.from(steps, 'summary').stream(script([])))
          text += chunk.content;
        return text;
      },
      chainUnnamed: async (model) =>
        (
          await RunnableLambda.from(({ messages }) => messages)
            .pipe(modelOf(model))
            .invoke(script([]))
        ).content,
      structured: async (model) =>
        modelOf(model)
          .withStructuredOutput(z.object({ city: z.string() }), { name: 'city' })
          .invoke(script([], '{"city":"Paris"}').messages),
      toolAlone: async (model) => {
        const asking = toolOf('asking', async () => (await modelOf(model).invoke(script([]).messages)).content);
        const { content } = await asking.invoke({
          type: 'tool_call',
          id: 'call_own',
          name: 'asking',
          args: { city: 'Oslo' },
        });
        return [content, asking.invoke.name, asking.call.length];
      },
    };
  },
};
