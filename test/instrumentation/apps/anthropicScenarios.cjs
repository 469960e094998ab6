'use strict';
const fakeFetch = require('./fakeFetch.cjs');

const messages = [{ role: 'user', content: 'one two three' }];
const stand = (directives) => ({ headers: { 'x-stand-in': `id=fixed;${directives ?? ''}` } });
const max_tokens = 64;

async function readAll(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
}

const tool = { name: 'look', input_schema: { type: 'object' }, run: () => 'found', parse: (input) => input };

/** Every way an application calls `@anthropic-ai/sdk`; each returns what the application saw. */
module.exports = (Anthropic) => {
  const client = new Anthropic();
  const create = (model, more, directives) =>
    client.messages.create({ model, max_tokens, messages, ...more }, stand(directives));
  return {
    chat: (model) => create(model),
    chatCached: (model) =>
      create(
        model,
        {},
        'uncached=12;cache_read=8000;cache_write_5m=300;cache_write_1h=50;output=150;web_search=2;reasoning=40',
      ),
    chatWithResponse: async (model) => {
      const { data, response } = await create(model).withResponse();
      return [data, response.status];
    },
    chatAsResponseJson: async (model) => (await create(model).asResponse()).json(),
    chatParse: (model) => client.messages.parse({ model, max_tokens, messages }, stand()),
    stream: async (model) => readAll(await create(model, { stream: true }, 'uncached=5;cache_read=95;output=16')),
    streamHelper: async (model) => {
      const texts = [];
      const stream = client.messages.stream({ model, max_tokens, messages }, stand());
      stream.on('text', (text) => texts.push(text));
      return [await stream.finalMessage(), texts];
    },
    streamHelperBreak: async (model) => {
      const seen = [];
      for await (const event of client.messages.stream({ model, max_tokens, messages }, stand('chunk_delay_ms=250'))) {
        seen.push(event.type);
        if (event.type === 'content_block_delta') break;
      }
      return seen;
    },
    streamTee: async (model) => Promise.all((await create(model, { stream: true })).tee().map(readAll)),
    streamBreak: async (model) => {
      const seen = [];
      for await (const event of await create(model, { stream: true }, 'uncached=5;cache_read=95')) {
        seen.push(event.type);
        if (event.type === 'content_block_delta') break;
      }
      return seen;
    },
    streamAbort: async (model) => {
      const stream = await create(model, { stream: true }, 'chunk_delay_ms=250');
      const seen = [];
      for await (const event of stream) if (seen.push(event.type) === 4) stream.controller.abort();
      return seen.slice(0, 4);
    },
    streamReadable: async (model) => {
      const parts = await readAll((await create(model, { stream: true })).toReadableStream());
      return parts.map((part) => Buffer.from(part).toString());
    },
    streamWithResponse: async (model) => {
      const { data, response } = await create(model, { stream: true }).withResponse();
      return [response.status, await readAll(data)];
    },
    streamNeverRead: async (model) => Object.keys(await create(model, { stream: true })).toSorted(),
    chatAsResponseText: async (model) => (await create(model).asResponse()).text(),
    chatSameObject: async (model) => {
      const promise = create(model);
      return [promise.constructor.name, Object.keys(promise).toSorted(), (await promise) === (await promise)];
    },
    chatAbort: (model) =>
      client.messages.create(
        { model, max_tokens, messages },
        { ...stand('delay_ms=2000'), signal: AbortSignal.timeout(400) },
      ),
    tools: (model) => create(model, { tools: [{ name: 'look', input_schema: { type: 'object' } }] }, 'tool=look'),
    toolRunner: (model) =>
      client.beta.messages.toolRunner({ model, max_tokens, messages, tools: [tool] }, stand('tool=look')),
    toolRunnerStream: async (model) => {
      const runner = client.beta.messages.toolRunner(
        { model, max_tokens, messages, tools: [tool], stream: true },
        stand('tool=look'),
      );
      const seen = [];
      for await (const stream of runner) seen.push(await stream.finalMessage());
      return seen;
    },
    error500Retried: (model) => create(model, {}, 'status=500;times=2'),
    errorNetwork: (model) =>
      new Anthropic({ baseURL: 'http://127.0.0.1:9', maxRetries: 0 }).messages.create({ model, max_tokens, messages }),
    unhandledFailure: async (model) => {
      void create(model, {}, 'status=400');
      await new Promise((resolve) => process.once('unhandledRejection', resolve));
    },
    error400: (model) => client.messages.create({ model, max_tokens, messages, nonsense: 1 }, stand()),
    error400Stream: (model) =>
      client.messages.create({ model, max_tokens, messages, nonsense: 1, stream: true }, stand()),
    error529: (model) =>
      client.messages.create({ model, max_tokens, messages }, { ...stand('status=529'), maxRetries: 1 }),
    error400Helper: (model) =>
      client.messages.stream({ model, max_tokens, messages, nonsense: 1 }, stand()).finalMessage(),
    beta: (model) => client.beta.messages.create({ model, max_tokens, messages }, stand()),
    betaStream: async (model) =>
      readAll(await client.beta.messages.create({ model, max_tokens, messages, stream: true }, stand())),
    betaHelper: (model) => client.beta.messages.stream({ model, max_tokens, messages }, stand()).finalMessage(),
    files: async () => {
      const { fetch, sent } = fakeFetch({ id: 'file_1', type: 'file', size_bytes: 5 });
      return [await new Anthropic({ fetch }).beta.files.upload({ file: new File(['hello'], 'a.txt') }), sent];
    },
    batch: async (model) => {
      const { fetch, sent } = fakeFetch({ id: 'msgbatch_1', type: 'message_batch', processing_status: 'in_progress' });
      const requests = [{ custom_id: 'one', params: { model, max_tokens, messages } }];
      return [await new Anthropic({ fetch }).messages.batches.create({ requests }), sent];
    },
    countTokens: (model) => client.messages.countTokens({ model, messages }, stand()),
  };
};
