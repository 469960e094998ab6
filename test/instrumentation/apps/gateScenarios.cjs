'use strict';
const { OpenAI } = require('openai');
const Anthropic = require('@anthropic-ai/sdk');
const run = require('./runScenarios.cjs');

const openai = new OpenAI();
const anthropic = new Anthropic();
const messages = [{ role: 'user', content: 'one two three' }];
const max_tokens = 64;

async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks.length;
}

/** Every way to make a call; each goes through the gate. `MODEL` is asked for in all of them. */
const model = process.env.MODEL;
const chat = (more) => openai.chat.completions.create({ model, messages, ...more });
const message = (more) => anthropic.messages.create({ model, max_tokens, messages, ...more });
const schema = { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } };
const look = { name: 'look', parse: JSON.parse, function: () => 'found', parameters: { type: 'object' } };

const scenarios = {
  chat: async () => (await chat()).model,
  chatWithResponse: async () => (await chat().withResponse()).response.status,
  chatAsResponse: async () => (await chat().asResponse()).status,
  chatParse: async () => (await openai.chat.completions.parse({ model, messages, response_format: schema })).model,
  chatTools: () =>
    openai.chat.completions.runTools({ model, messages, tools: [{ type: 'function', function: look }] }).finalContent(),
  chatRawPost: async () => (await openai.post('/chat/completions', { body: { model, messages } })).model,
  stream: async () => readAll(await chat({ stream: true })),
  streamHelper: async () => (await openai.chat.completions.stream({ model, messages }).finalChatCompletion()).model,
  responses: async () => (await openai.responses.create({ model, input: 'one two' })).model,
  responsesStream: async () => readAll(await openai.responses.create({ model, input: 'one two', stream: true })),
  responsesHelper: async () => (await openai.responses.stream({ model, input: 'one two' }).finalResponse()).model,
  embeddings: async () => (await openai.embeddings.create({ model, input: ['one', 'two three'] })).model,
  completions: async () => (await openai.completions.create({ model, prompt: 'one two' })).model,
  messages: async () => (await message()).model,
  messagesWithResponse: async () => (await message().withResponse()).response.status,
  messagesParse: async () => (await anthropic.messages.parse({ model, max_tokens, messages })).model,
  messagesStream: async () => readAll(await message({ stream: true })),
  messagesHelper: async () => (await anthropic.messages.stream({ model, max_tokens, messages }).finalMessage()).model,
  beta: async () => (await anthropic.beta.messages.create({ model, max_tokens, messages })).model,
  unhandled: async () => {
    void chat();
    await new Promise((resolve) => setTimeout(resolve, 300));
  },
};

void run(scenarios);
