'use strict';
const http = require('node:http');
const { flush } = require('@tollgate/node');
const OpenAI = require('openai');

/** What a function platform runs: asks for an event, answers it, asks again, and is frozen whenever it has answered. */
const agent = new http.Agent({ keepAlive: true });
const request = (method, path, body) =>
  new Promise((resolve, reject) => {
    const sent = http.request(`${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/${path}`, {
      method,
      agent,
    });
    sent.on('error', reject);
    sent.on('response', async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ id: response.headers['lambda-runtime-aws-request-id'], body: Buffer.concat(chunks).toString() });
    });
    sent.end(body);
  });

const client = new OpenAI();

async function answer({ model, stream }) {
  const messages = [{ role: 'user', content: 'hello' }];
  const answered = await client.chat.completions.create({ model, messages, stream });
  if (!stream) return answered.choices[0].message.content;
  let text = '';
  for await (const chunk of answered) text += chunk.choices[0]?.delta.content ?? '';
  return text;
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
