'use strict';
const fakeFetch = require('../../../instrumentation/apps/fakeFetch.cjs');

const messages = [{ role: 'user', content: 'one two three' }];
const stand = (directives) => ({ headers: { 'x-stand-in': `id=fixed;${directives ?? ''}` } });
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

/** The call shapes that every SDK of OpenAI's chat completions has. `make` makes a client with some options changed. */
module.exports.chatCompletions = (make) => {
  const client = make({});
  const chat = (model, more, directives) =>
    client.chat.completions.create({ model, messages, ...more }, stand(directives));
  return {
    chat: (model) => chat(model),
    chatCached: (model) => chat(model, {}, 'uncached=10;cache_read=90;output=40;reasoning=30'),
    chatSameObject: async (model) => {
      const promise = chat(model);
      return [promise.constructor.name, Object.keys(promise).toSorted(), (await promise) === (await promise)];
    },
    chatWithResponse: async (model) => {
      const { data, response } = await chat(model).withResponse();
      return { data, status: response.status, own: Object.keys(response) };
    },
    chatAsResponseJson: async (model) => (await chat(model).asResponse()).json(),
    tools: (model) => chat(model, { tools: [{ type: 'function', function: { name: 'look' } }] }, 'tool=look'),
    stream: async (model) => readAll(await chat(model, { stream: true })),
    streamWithUsage: async (model) =>
      readAll(await chat(model, { stream: true, stream_options: { include_usage: true } })),
    streamTee: async (model) => Promise.all((await chat(model, { stream: true })).tee().map(readAll)),
    streamReadable: async (model) => {
      const parts = await readAll((await chat(model, { stream: true })).toReadableStream());
      return parts.map((part) => Buffer.from(part).toString());
    },
    streamBreak: async (model) => {
      const stream = await chat(model, { stream: true });
      const seen = [];
      for await (const chunk of stream) if (seen.push(chunk) === 3) break;
      return [seen, stream.controller.signal.aborted];
    },
    streamAbort: async (model) => {
      const stream = await chat(model, { stream: true }, 'chunk_delay_ms=250');
      const seen = [];
      for await (const chunk of stream) if (seen.push(chunk.choices[0].delta.content) === 2) stream.controller.abort();
      return seen.slice(0, 2);
    },
    streamNeverRead: async (model) => Object.keys(await chat(model, { stream: true })).toSorted(),
    chatAbort: (model) =>
      client.chat.completions.create(
        { model, messages },
        { ...stand('delay_ms=2000'), signal: AbortSignal.timeout(400) },
      ),
    error400: (model) => chat(model, { nonsense: 1 }),
    error400Stream: (model) => chat(model, { nonsense: 1, stream: true }),
    // A 500 is final for together-ai.
    error500Retried: (model) => chat(model, {}, 'status=503;times=2'),
    errorNetwork: (model) =>
      make({ baseURL: 'http://127.0.0.1:9', maxRetries: 0 }).chat.completions.create({ model, messages }),
    unhandledFailure: async (model) => {
      void chat(model, {}, 'status=400');
      await pause(150);
    },
  };
};

/** Those that some of them have. */
module.exports.embeddings = (client) => ({
  embeddings: (model) => client.embeddings.create({ model, input: 'one two' }, stand()),
});
module.exports.completions = (client) => ({
  completions: (model) => client.completions.create({ model, prompt: 'one two' }, stand()),
  completionsStream: async (model) =>
    readAll(await client.completions.create({ model, prompt: 'one two', stream: true }, stand())),
});
module.exports.filesAndBatches = (make) => ({
  files: async () => {
    const { fetch, sent } = fakeFetch({ id: 'file-1', object: 'file', bytes: 5 });
    return [await make({ fetch }).files.create({ file: new File(['hello'], 'a.txt'), purpose: 'batch' }), sent];
  },
  batch: async () => {
    const { fetch, sent } = fakeFetch({ id: 'batch_1', object: 'batch', status: 'validating' });
    const batch = { input_file_id: 'file-1', endpoint: '/v1/chat/completions', completion_window: '24h' };
    return [await make({ fetch }).batches.create(batch), sent];
  },
});
