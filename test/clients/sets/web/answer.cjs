'use strict';
// Two calls of a handler, with waiting between: by then other requests are at work in the same process.
const { setTimeout: wait } = require('node:timers/promises');

const post = (model, more) =>
  fetch(`${process.env.OPENAI_BASE_URL}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer test' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'one two three' }], ...more }),
  });

async function once(model) {
  const body = await (await post(model)).json();
  return body.choices[0].message.content;
}

exports.answer = async (model) => {
  const first = await once(model);
  await wait(5);
  return { texts: [first, await once(model)] };
};

exports.streamed = async function* (model) {
  yield await once(model);
  await wait(5);
  const response = await post(model, { stream: true, stream_options: { include_usage: true } });
  for await (const bytes of response.body) yield bytes;
};
