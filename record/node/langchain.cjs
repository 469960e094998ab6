// LangChain under OpenInference; with `contrib` the OpenAI SDK below it is patched as well.
const { startTracing, asAgent } = require('./openTelemetry.mjs');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { LangChainInstrumentation } = require('@arizeai/openinference-instrumentation-langchain');

const withContrib = process.argv[2] === 'contrib';
const provider = startTracing('langchain-app');
const langchain = new LangChainInstrumentation({ tracerProvider: provider });
const { OpenAIInstrumentation } = withContrib ? require('@opentelemetry/instrumentation-openai') : {};
registerInstrumentations({
  instrumentations: [langchain, ...(withContrib ? [new OpenAIInstrumentation()] : [])],
  tracerProvider: provider,
});
langchain.manuallyInstrument(require('@langchain/core/callbacks/manager'));
const { ChatOpenAI } = require('@langchain/openai');
const { ChatAnthropic } = require('@langchain/anthropic');
const { ChatPromptTemplate } = require('@langchain/core/prompts');

const openai = (directives) =>
  new ChatOpenAI({
    model: 'gpt-4o-mini',
    maxRetries: 0,
    configuration: { defaultHeaders: { 'x-stand-in': directives } },
  });
const anthropic = (directives) =>
  new ChatAnthropic({
    model: 'claude-haiku-4-5',
    maxRetries: 0,
    maxTokens: 500,
    clientOptions: { defaultHeaders: { 'x-stand-in': directives } },
  });
const prompt = ChatPromptTemplate.fromMessages([['user', 'Tell of {topic}']]);
const drain = async (stream) => {
  for await (const chunk of stream) void chunk;
};

async function main() {
  await asAgent('writer', { user: 'user-3', conversation: 'conversation-3' }, async () => {
    const config = { metadata: { session_id: 'conversation-3', user_id: 'user-3' } };
    await prompt.pipe(openai('uncached=52;cache_read=1024;output=70')).invoke({ topic: 'tolls' }, config);
    await drain(await openai('uncached=65;output=91').stream('a stream', config));
    if (withContrib) return;
    await prompt.pipe(anthropic('uncached=25;cache_write_5m=2048;output=80')).invoke({ topic: 'gates' }, config);
    await drain(await anthropic('uncached=12;cache_read=2048;output=33').stream('a stream', config));
  });
  await provider.shutdown();
}
void main();
