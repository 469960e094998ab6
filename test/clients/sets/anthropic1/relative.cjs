'use strict';

const messages = [{ role: 'user', content: 'one two three' }];
const stand = (directives = '') => ({ headers: { 'x-stand-in': directives } });
const max_tokens = 64;

async function readAll(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** Until a rejection nobody handles has been told; without one, 5 s. */
const unhandled = () =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, 5_000);
    process.once('unhandledRejection', () => {
      clearTimeout(timer);
      setTimeout(resolve, 20);
    });
  });

/** Clients of other clouds, built on the class of `@anthropic-ai/sdk`: what they send is rewritten behind its `post`. */
module.exports = (make) => {
  const client = make({ baseURL: process.env.BEDROCK_HTTP1_URL });
  const create = (model, more, directives) =>
    client.messages.create({ model, max_tokens, messages, ...more }, stand(directives));
  return {
    chat: (model) => create(model),
    chatCached: (model) =>
      create(model, {}, 'uncached=12;cache_read=8000;cache_write_5m=300;cache_write_1h=50;output=9'),
    chatWithResponse: async (model) => {
      const { data, response } = await create(model).withResponse();
      return [data, response.status];
    },
    chatAsResponseJson: async (model) => (await create(model).asResponse()).json(),
    chatAbort: (model) => {
      const controller = new AbortController();
      // Some time after the request leaves: a timer from the start would race with what comes before.
      const fetchThenAbort = (...args) => {
        setTimeout(() => controller.abort(), 500);
        return fetch(...args);
      };
      const aborting = make({ baseURL: process.env.BEDROCK_HTTP1_URL, fetch: fetchThenAbort });
      const options = { ...stand('delay_ms=5000'), signal: controller.signal };
      return aborting.messages.create({ model, max_tokens, messages }, options);
    },
    stream: async (model) => readAll(await create(model, { stream: true })),
    streamHelper: async (model) => {
      const stream = client.messages.stream({ model, max_tokens, messages }, stand());
      return stream.finalMessage();
    },
    streamBreak: async (model) => {
      const seen = [];
      for await (const event of await create(model, { stream: true }, 'uncached=5;cache_read=95')) {
        seen.push(event.type);
        if (event.type === 'content_block_delta') break;
      }
      return seen;
    },
    streamTee: async (model) => Promise.all((await create(model, { stream: true })).tee().map(readAll)),
    streamReadable: async (model) => {
      const parts = await readAll((await create(model, { stream: true })).toReadableStream());
      return parts.map((part) => Buffer.from(part).toString());
    },
    streamAbort: async (model) => {
      const stream = await create(model, { stream: true }, 'chunk_delay_ms=250');
      const seen = [];
      for await (const event of stream) if (seen.push(event.type) === 4) stream.controller.abort();
      return seen.slice(0, 4);
    },
    streamNeverRead: async (model) => Object.keys(await create(model, { stream: true })).toSorted(),
    beta: (model) => client.beta.messages.create({ model, max_tokens, messages }, stand()),
    error400: (model) => create(model, {}, 'status=400'),
    error400Stream: (model) => create(model, { stream: true }, 'status=400'),
    error500Retried: (model) => create(model, {}, 'status=500;times=1'),
    errorNetwork: (model) =>
      make({ baseURL: 'http://127.0.0.1:9', maxRetries: 0 }).messages.create({ model, max_tokens, messages }),
    unhandledFailure: async (model) => {
      void create(model, {}, 'status=400');
      await unhandled();
    },
  };
};
