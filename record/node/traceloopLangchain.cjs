// Traceloop's SDK on LangChain: its LangChain and its OpenAI instrumentation both see a call.
const traceloop = require('@traceloop/node-server-sdk');
const CallbackManagerModule = require('@langchain/core/callbacks/manager');
const { OpenAI } = require('openai');

const instrumentModules = { langchain: { callbackManagerModule: CallbackManagerModule }, openAI: OpenAI };
traceloop.initialize({
  appName: 'traceloop-langchain-app',
  disableBatch: true,
  traceloopSyncEnabled: false,
  silenceInitializationMessage: true,
  instrumentModules,
});
const { ChatOpenAI } = require('@langchain/openai');
const { ChatPromptTemplate } = require('@langchain/core/prompts');

const model = (directives) =>
  new ChatOpenAI({
    model: 'gpt-4o-mini',
    maxRetries: 0,
    configuration: { defaultHeaders: { 'x-stand-in': directives } },
  });

async function main() {
  const ids = { user_id: 'user-17', session_id: 'conversation-17' };
  await traceloop.withAssociationProperties(ids, () =>
    traceloop.withWorkflow({ name: 'write' }, async () => {
      const prompt = ChatPromptTemplate.fromMessages([['user', 'Tell of {topic}']]);
      await prompt.pipe(model('uncached=52;cache_read=1024;output=70')).invoke({ topic: 'tolls' });
      for await (const chunk of await model('uncached=65;output=91').stream('a stream')) void chunk;
    }),
  );
  await traceloop.forceFlush();
}
void main();
