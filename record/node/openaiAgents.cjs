// The OpenAI Agents SDK through OpenInference: an agent with a tool, and one that hands over to another.
const { startTracing } = require('./openTelemetry.mjs');
const agents = require('@openai/agents');
const { OpenAIAgentsInstrumentation } = require('@arizeai/openinference-instrumentation-openai-agents');
const { OpenAI } = require('openai');
const { z } = require('zod');

const provider = startTracing('agents-app');
new OpenAIAgentsInstrumentation({ tracerProvider: provider }).manuallyInstrument(agents);
const model = (name, directives) =>
  new agents.OpenAIResponsesModel(new OpenAI({ defaultHeaders: { 'x-stand-in': directives }, maxRetries: 0 }), name);
const lookup = agents.tool({
  name: 'lookup',
  description: 'Looks something up',
  parameters: z.object({ query: z.string() }),
  execute: async () => 'found',
});
const clerk = new agents.Agent({
  name: 'clerk',
  instructions: 'Answer.',
  model: model('gpt-5-mini', 'tool=lookup;cache_read=1152;output=300;reasoning=192'),
  tools: [lookup],
});
const chat = new agents.OpenAIChatCompletionsModel(
  new OpenAI({ defaultHeaders: { 'x-stand-in': 'cache_read=1024;output=70' }, maxRetries: 0 }),
  'gpt-4o-mini',
);
const writer = new agents.Agent({ name: 'writer', instructions: 'Write.', model: chat });
const desk = new agents.Agent({
  name: 'desk',
  instructions: 'Hand over.',
  model: model('gpt-5-mini', 'tool=transfer_to_writer;output=12'),
  handoffs: [writer],
});

async function main() {
  await agents.run(clerk, 'Look up the toll of the north gate');
  await agents.withTrace('writing', () => agents.run(desk, 'Write a line'), {
    groupId: 'conversation-7',
    metadata: { user: 'user-7' },
  });
  await agents.getGlobalTraceProvider().forceFlush();
  await provider.shutdown();
}
void main();
