'use strict';
const { script, call, parallel, meeting } = require('../../scenarios/agents.cjs');

module.exports = {
  packages: ['@mastra/core/agent', '@mastra/core/tools', '@mastra/core/request-context', '@ai-sdk/openai', 'zod'],
  scenarios: ({ Agent }, { createTool }, { RequestContext }, { createOpenAI }, { z }) => {
    const openai = createOpenAI({ apiKey: 'test' });
    const toolOf = (id, execute = async ({ city }) => ({ found: `${id} ${city}` })) =>
      createTool({ id, description: id, inputSchema: z.object({ city: z.string() }), execute });
    const tools = { lookup: toolOf('lookup'), weather: toolOf('weather') };
    const silent = Object.fromEntries(
      ['debug', 'info', 'warn', 'error', 'trackException'].map((level) => [level, () => {}]),
    );
    const agentOf = (model, more = {}) => {
      const basics = { id: 'bot-1', name: 'Weather Bot', instructions: 'a', maxRetries: 0, tools };
      const agent = new Agent({ ...basics, model: openai.chat(model), ...more });
      agent.__setLogger(silent);
      return agent;
    };
    const textOf = async (stream) => {
      let text = '';
      for await (const piece of stream.textStream) text += piece;
      return text;
    };
    const outcome = ({ text, toolResults, steps }) => [text, toolResults.length, steps.length];

    return {
      generate: async (model) => outcome(await agentOf(model).generate(script(parallel))),
      generateResponses: async (model) =>
        outcome(await agentOf(model, { model: openai.responses(model) }).generate(script(parallel))),
      stream: async (model) => {
        const stream = await agentOf(model).stream(script(parallel));
        const kinds = new Set();
        for await (const { type } of stream.fullStream) kinds.add(type);
        return [[...kinds], await stream.text, stream.error?.message];
      },
      streamText: async (model) => {
        const stream = await agentOf(model).stream(script(parallel));
        return [await textOf(stream), stream.error?.message];
      },
      streamBreak: async (model) => {
        const stream = await agentOf(model).stream(script([]));
        for await (const { type } of stream.fullStream) if (type === 'finish') break;
        return stream.error?.message ?? 'left';
      },
      streamNeverRead: async (model) => {
        let answered;
        const read = new Promise((resolve) => {
          const whole = () => new TransformStream({ flush: resolve });
          answered = async (...args) => {
            const response = await globalThis.fetch(...args);
            return new Response(response.body.pipeThrough(whole()), response);
          };
        });
        const watched = createOpenAI({ apiKey: 'test', fetch: answered }).chat(model);
        const stream = await agentOf(model, { model: watched }).stream(script([]));
        await read;
        return typeof stream.textStream;
      },
      memory: async (model) => {
        const memory = { thread: 't1', resource: 'u1' };
        return outcome(await agentOf(model).generate(script([[call('lookup')]]), { memory }));
      },
      memoryOfContext: async (model) => {
        const requestContext = new RequestContext();
        requestContext.set('mastra__threadId', 't2');
        requestContext.set('mastra__resourceId', 'u2');
        return outcome(await agentOf(model).generate(script([]), { requestContext }));
      },
      subAgent: async (model) => {
        const helper = agentOf(model, { id: 'helper', name: 'Helper', description: 'helps' });
        const boss = agentOf(model, { id: 'boss', name: 'Boss', agents: { helper }, tools: {} });
        const prompt = script(parallel, 'Helped.');
        return outcome(await boss.generate(script([[call('agent-helper', { prompt })]])));
      },
      toolError: async (model) => {
        const failing = toolOf('failing', async () => {
          throw new RangeError('no such city');
        });
        return outcome(await agentOf(model, { tools: { failing } }).generate(script([[call('failing')]])));
      },
      error400: async (model) => outcome(await agentOf(model).generate(script([400]))),
      error400Stream: async (model) => {
        const stream = await agentOf(model).stream(script([400]));
        const text = await textOf(stream);
        return [text, stream.error?.message];
      },
      agentsAtOnce: async (model) => {
        const { wait, meet } = meeting();
        const runOf = (resource, more) => async () =>
          outcome(
            await agentOf(model, more).generate(script([[call('lookup')]]), {
              memory: { thread: `of-${resource}`, resource },
            }),
          );
        return meet(runOf('u3', { tools: { lookup: toolOf('lookup', wait) } }), runOf('u4'));
      },
      shape: async (model) => {
        const agent = agentOf(model);
        await agent.generate(script([]));
        return [agent.generate.name, agent.stream.length, Object.keys(agent).join(), Object.keys(tools.lookup).join()];
      },
    };
  },
};
