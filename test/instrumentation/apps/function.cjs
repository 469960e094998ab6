'use strict';
const events = require('node:events');
const http = require('node:http');
const { text } = require('node:stream/consumers');
const { flush } = require('@tollgate/node');
const OpenAI = require('openai');

/** What a function platform runs: asks for an event, answers it, asks again, and is frozen whenever it has answered. */
const agent = new http.Agent({ keepAlive: true });
async function request(method, path, body) {
  const url = `${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/${path}`;
  const [response] = await events.once(http.request(url, { method, agent }).end(body), 'response');
  return { id: response.headers['lambda-runtime-aws-request-id'], body: await text(response) };
}

const client = new OpenAI();

async function answer({ model, stream }) {
  const messages = [{ role: 'user', content: 'hello' }];
  const answered = await client.chat.completions.create({ model, messages, stream });
  if (!stream) return answered.choices[0].message.content;
  let said = '';
  for await (const chunk of answered) said += chunk.choices[0]?.delta.content ?? '';
  return said;
}

const handler = async (event) => {
  try {
    return await answer(event);
  } finally {
    await flush({ timeoutMs: 10_000 });
  }
};

void (async () => {
  for (;;) {
    const { id, body } = await request('GET', 'next');
    const result = await handler(JSON.parse(body));
    await request('POST', `${id}/response`, JSON.stringify(result));
  }
})();
