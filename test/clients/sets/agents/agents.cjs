'use strict';
const { script, call, parallel, meeting } = require('../../scenarios/agents.cjs');

const handoff = [[call('lookup')], [call('transfer_to_Billing', {})], [call('invoice')]];
const handoffBack = [[call('transfer_to_Billing', {})], [call('transfer_to_Triage', {})]];

module.exports = {
  packages: ['@openai/agents', 'zod'],
  scenarios: (agents, { z }) => {
    const { Agent, MemorySession, Runner, run, setOpenAIAPI, setTraceProcessors, tool } = agents;
    // The framework's own tracing, with an exporter of the application's.
    const traced = [];
    setTraceProcessors([
      {
        onTraceStart: async () => {},
        onTraceEnd: async ({ name }) => void traced.push(`trace ${name}`),
        onSpanStart: async () => {},
        onSpanEnd: async ({ spanData }) => void traced.push(`${spanData.type} ${spanData.name ?? ''}`),
        shutdown: async () => {},
        forceFlush: async () => {},
      },
    ]);
    const toolOf = (name, execute = async ({ city }) => `${name} ${city}`, more = {}) =>
      tool({ name, description: name, parameters: z.object({ city: z.string() }), execute, ...more });
    const failing = async () => {
      throw new RangeError('no such city');
    };
    const agentOf = (model, more = {}) =>
      new Agent({ name: 'Triage', instructions: 'a', model, tools: [toolOf('lookup'), toolOf('weather')], ...more });
    const pairOf = (model, more = {}) => {
      const billing = new Agent({ name: 'Billing', instructions: 'b', model, tools: [toolOf('invoice')] });
      const triage = agentOf(model, { ...more, handoffs: [billing] });
      billing.handoffs = [triage];
      return triage;
    };
    const events = async (stream) => {
      const seen = [];
      for await (const { type, name } of stream) seen.push(name ?? type);
      return [seen.length, [...new Set(seen)], stream.finalOutput, stream.lastAgent.name];
    };
    const outcome = ({ finalOutput, lastAgent, newItems }) => [
      finalOutput,
      lastAgent.name,
      newItems.map(({ type }) => type),
    ];

    return {
      run: async (model) => outcome(await run(agentOf(model), script(parallel))),
      runStream: async (model) => events(await run(agentOf(model), script(parallel), { stream: true })),
      runStreamBreak: async (model) => {
        const stream = await run(agentOf(model), script([]), { stream: true });
        for await (const { name } of stream) if (name === 'message_output_created') break;
        await stream.completed;
        return stream.cancelled;
      },
      runStreamNeverRead: async (model) => {
        const stream = await run(agentOf(model), script([]), { stream: true });
        await stream.completed;
        return stream.finalOutput;
      },
      runChatCompletions: async (model) => {
        setOpenAIAPI('chat_completions');
        const runner = new Runner();
        const result = await runner.run(agentOf(model), script(parallel));
        setOpenAIAPI('responses');
        return outcome(result);
      },
      handoff: async (model) => outcome(await run(pairOf(model), script(handoff))),
      handoffBack: async (model) => outcome(await run(pairOf(model), script(handoffBack))),
      handoffStream: async (model) => events(await run(pairOf(model), script(handoff), { stream: true })),
      agentTool: async (model) => {
        const helper = agentOf(model, { name: 'Helper' });
        const asTool = helper.asTool({ toolName: 'ask_helper', toolDescription: 'asks' });
        const input = script(parallel, 'Helped.');
        return outcome(await run(agentOf(model, { tools: [asTool] }), script([[call('ask_helper', { input })]])));
      },
      toolError: async (model) =>
        outcome(
          await run(
            agentOf(model, { tools: [toolOf('lookup', failing, { errorFunction: null })] }),
            script([[call('lookup')]]),
          ),
        ),
      toolErrorTold: async (model) =>
        outcome(await run(agentOf(model, { tools: [toolOf('lookup', failing)] }), script([[call('lookup')]]))),
      session: async (model) => {
        const session = new MemorySession({ sessionId: 's1' });
        const first = await run(agentOf(model), script([]), { session });
        const second = await run(agentOf(model), script([], 'Again.'), { session });
        return [first.finalOutput, second.finalOutput, (await session.getItems()).length];
      },
      group: async (model) => outcome(await new Runner({ groupId: 'g1' }).run(agentOf(model), script([]))),
      approval: async (model) => {
        const agent = agentOf(model, { tools: [toolOf('lookup', undefined, { needsApproval: true })] });
        const paused = await run(agent, script([[call('lookup')]]));
        for (const interruption of paused.interruptions) paused.state.approve(interruption);
        return [paused.interruptions.length, ...outcome(await run(agent, paused.state))];
      },
      guardrail: async (model) => {
        const judge = agentOf(model, { name: 'Judge', tools: [] });
        const execute = async () => {
          const { finalOutput } = await run(judge, script([], 'Fine.'));
          return { outputInfo: finalOutput, tripwireTriggered: false };
        };
        const agent = agentOf(model, { inputGuardrails: [{ name: 'judged', execute, runInParallel: false }] });
        return outcome(await run(agent, script([])));
      },
      runsAtOnce: async (model) => {
        const { wait, meet } = meeting();
        const runner = new Runner();
        const runOf = (agent, sessionId) => async () =>
          outcome(await runner.run(agent, script(handoff), { session: new MemorySession({ sessionId }) }));
        const waiting = pairOf(model, { tools: [toolOf('lookup', wait)] });
        return meet(runOf(waiting, 's2'), runOf(pairOf(model), 's3'));
      },
      listeners: async (model) => {
        const seen = [];
        const runner = new Runner();
        runner.on('agent_start', (_context, { name }) => seen.push(`start ${name}`));
        runner.on('agent_handoff', (_context, from, to) => seen.push(`${from.name} to ${to.name}`));
        runner.on('agent_tool_start', (_context, _agent, { name }) => seen.push(`tool ${name}`));
        await runner.run(pairOf(model), script(handoff));
        return [seen, runner.run.name, runner.run.length, Object.keys(runner).join()];
      },
      error400: async (model) => outcome(await run(agentOf(model), script([400]))),
      error400Stream: async (model) => events(await run(agentOf(model), script([400]), { stream: true })),
      maxTurns: async (model) => outcome(await run(agentOf(model), script(parallel), { maxTurns: 1 })),
      ownTracing: async (model) => {
        traced.length = 0;
        await run(pairOf(model), script(handoff));
        return traced.toSorted((a, b) => (a < b ? -1 : 1));
      },
    };
  },
};
