// The OpenAI Agents SDK through OpenInference: an agent with a tool, and one that hands over to another. With `client` the
// OpenAI client below is patched as well.
const { startTracing } = require('./openTelemetry.mjs');

const provider = startTracing('agents-app');
const agents = require('@openai/agents');
const { OpenAIAgentsInstrumentation } = require('@arizeai/openinference-instrumentation-openai-agents');
if (process.argv[2] === 'client') {
  const { registerInstrumentations } = require('@opentelemetry/instrumentation');
  const { OpenAIInstrumentation } = require('@arizeai/openinference-instrumentation-openai');
  registerInstrumentations({ instrumentations: [new OpenAIInstrumentation()], tracerProvider: provider });
}
const { OpenAI } = require('openai');
const { z } = require('zod');

new OpenAIAgentsInstrumentation({ tracerProvider: provider }).manuallyInstrument(agents);
const client = (directives) => new OpenAI({ defaultHeaders: { 'x-stand-in': directives }, maxRetries: 0 });
const chat = (directives) => new agents.OpenAIChatCompletionsModel(client(directives), 'gpt-4o-mini');
const lookup = agents.tool({
  name: 'lookup',
  description: 'Looks something up',
  parameters: z.object({ query: z.string() }),
  execute: async () => 'found',
});
const clerk = new agents.Agent({
  name: 'clerk',
  instructions: 'Answer.',
  model: chat('tool=lookup;cache_read=1024;output=70'),
  tools: [lookup],
});
const thinker = new agents.OpenAIResponsesModel(client('cache_read=1152;output=300;reasoning=192'), 'gpt-5-mini');
const writer = new agents.Agent({ name: 'writer', instructions: 'Write.', model: thinker });
const desk = new agents.Agent({
  name: 'desk',
  instructions: 'Hand over.',
  model: chat('tool=transfer_to_writer;output=12'),
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
