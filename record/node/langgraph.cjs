// LangGraph under OpenInference: a supervisor's graph whose tool runs another agent's graph, with a thread.
const { startTracing } = require('./openTelemetry.mjs');
const { LangChainInstrumentation } = require('@arizeai/openinference-instrumentation-langchain');

const provider = startTracing('langgraph-app');
const instrumentation = new LangChainInstrumentation({ tracerProvider: provider });
instrumentation.manuallyInstrument(require('@langchain/core/callbacks/manager'));
const { createReactAgent } = require('@langchain/langgraph/prebuilt');
const { ChatAnthropic } = require('@langchain/anthropic');
const { ChatOpenAI } = require('@langchain/openai');
const { tool } = require('@langchain/core/tools');
const { z } = require('zod');

const openai = new ChatOpenAI({
  model: 'gpt-4o-mini',
  maxRetries: 0,
  configuration: { defaultHeaders: { 'x-stand-in': 'tool=delegate;cache_read=1024;output=70' } },
});
const anthropic = new ChatAnthropic({
  model: 'claude-haiku-4-5',
  maxRetries: 0,
  maxTokens: 500,
  clientOptions: { defaultHeaders: { 'x-stand-in': 'uncached=25;cache_write_1h=2048;output=80' } },
});
const scout = createReactAgent({ name: 'scout', llm: anthropic, tools: [] });
const delegate = tool(
  async ({ query }) => {
    const { messages } = await scout.invoke({ messages: [{ role: 'user', content: query }] });
    return messages.at(-1).content;
  },
  { name: 'delegate', description: 'Has somebody look something up', schema: z.object({ query: z.string() }) },
);
const lead = createReactAgent({ name: 'lead', llm: openai, tools: [delegate] });

async function main() {
  const metadata = { user_id: 'user-3', session_id: 'conversation-3' };
  const config = { configurable: { thread_id: 'conversation-3' }, metadata };
  await lead.invoke({ messages: [{ role: 'user', content: 'have it looked up' }] }, config);
  await provider.shutdown();
}
void main();
