'use strict';
const fakeFetch = require('./fakeFetch.cjs');

const messages = [{ role: 'user', content: 'one two three' }];
const stand = (directives) => ({ headers: { 'x-stand-in': `id=fixed;${directives ?? ''}` } });

async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

const tools = [
  {
    type: 'function',
    function: { name: 'look', parse: JSON.parse, function: () => 'found', parameters: { type: 'object' } },
  },
];

/** Every way an application calls `openai`; each returns what the application saw. The name is the model's. */
module.exports = (OpenAI, AzureOpenAI) => {
  const client = new OpenAI();
  // openai 4 has its helpers under `beta`.
  const helpers = 'parse' in client.chat.completions ? client.chat.completions : client.beta.chat.completions;
  const chat = (model, more, directives) =>
    client.chat.completions.create({ model, messages, ...more }, stand(directives));
  const azure = new AzureOpenAI({
    baseURL: `${process.env.PROVIDER_URL}/openai`,
    apiVersion: '2024-10-21',
    apiKey: 'test',
  });
  return {
    chat: (model) => chat(model),
    chatCachedReasoning: (model) =>
      chat(model, { service_tier: 'flex' }, 'uncached=10;cache_read=90;output=40;reasoning=30;tier=flex'),
    chatAudio: (model) => chat(model, {}, 'uncached=10;audio_input=7;output=5;audio_output=3'),
    chatNoUsage: (model) => chat(model, {}, 'usage=none'),
    chatSameObject: async (model) => {
      const promise = chat(model);
      return [promise.constructor.name, Object.keys(promise).toSorted(), (await promise) === (await promise)];
    },
    chatWithResponse: async (model) => {
      const { data, response, request_id } = await chat(model).withResponse();
      return { data, status: response.status, own: Object.keys(response), hasId: request_id !== undefined };
    },
    chatAsResponseJson: async (model) => (await chat(model).asResponse()).json(),
    chatAsResponseText: async (model) => (await chat(model).asResponse()).text(),
    chatAsResponseReader: async (model) => {
      const response = await chat(model).asResponse();
      const parts = [];
      for await (const part of response.body) parts.push(Buffer.from(part).toString());
      return parts.join('');
    },
    chatStreamAsResponse: async (model) => (await chat(model, { stream: true }).asResponse()).text(),
    chatThenCatchFinally: async (model) => {
      const seen = [];
      await chat(model)
        .then((value) => seen.push(value.id))
        .finally(() => seen.push('finally'));
      return seen;
    },
    chatParse: (model) =>
      helpers.parse(
        {
          model,
          messages,
          response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } },
        },
        stand(),
      ),
    chatRawPost: (model) => client.post('/chat/completions', { body: { model, messages }, ...stand() }),
    chatOptionsPromise: (model) =>
      client.post('/chat/completions', Promise.resolve({ body: { model, messages }, ...stand() })),
    toolRunner: async (model) => {
      const runner = helpers.runTools({ model, messages, tools }, stand('tool=look'));
      return runner.finalContent();
    },
    toolRunnerStream: async (model) => {
      const seen = [];
      const runner = helpers.runTools({ model, messages, tools, stream: true }, stand('tool=look'));
      for await (const chunk of runner) seen.push(chunk);
      return [seen, await runner.finalContent()];
    },
    tools: (model) => chat(model, { tools: [{ type: 'function', function: { name: 'look' } }] }, 'tool=look'),
    stream: async (model) => readAll(await chat(model, { stream: true })),
    streamWithUsage: async (model) =>
      readAll(await chat(model, { stream: true, stream_options: { include_usage: true } })),
    streamWithResponse: async (model) => {
      const { data, response } = await chat(model, { stream: true }).withResponse();
      return [response.status, await readAll(data)];
    },
    streamHelper: async (model) => {
      const events = [];
      const runner = helpers.stream({ model, messages }, stand());
      runner.on('content', (delta) => events.push(delta)).on('chunk', (chunk) => events.push(chunk));
      return [events, await runner.finalChatCompletion()];
    },
    streamTee: async (model) => {
      const [left, right] = (await chat(model, { stream: true })).tee();
      return Promise.all([readAll(left), readAll(right)]);
    },
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
    streamThrowInLoop: async (model) => {
      for await (const chunk of await chat(model, { stream: true })) throw new Error(`mine ${chunk.object}`);
    },
    streamTwice: async (model) => {
      const stream = await chat(model, { stream: true });
      const first = await readAll(stream);
      return [first.length, await readAll(stream).catch((error) => error.message)];
    },
    streamShape: async (model) => {
      const stream = await chat(model, { stream: true });
      const iterator = stream[Symbol.asyncIterator]();
      const shape = [
        Object.keys(stream).toSorted(),
        String(iterator),
        typeof iterator.return,
        iterator[Symbol.asyncIterator]() === iterator,
      ];
      const some = [await iterator.next(), await iterator.return('early'), await iterator.next()];
      return [shape, some];
    },
    streamConcurrentNext: async (model) => {
      const iterator = (await chat(model, { stream: true }, 'text=a b'))[Symbol.asyncIterator]();
      return Promise.all(Array.from({ length: 8 }, () => iterator.next()));
    },
    streamReset: async (model) => readAll(await chat(model, { stream: true }, 'reset_after=3;chunk_delay_ms=250')),
    streamTool: async (model) => readAll(await chat(model, { stream: true }, 'tool=look')),
    error404: () => client.chat.completions.create({ model: 'missing-model', messages }, stand()),
    error400: (model) => client.chat.completions.create({ model, messages, nonsense: 1 }, stand()),
    error400Stream: (model) => client.chat.completions.create({ model, stream: true, nonsense: 1 }, stand()),
    error401: (model) => new OpenAI({ apiKey: 'invalid' }).chat.completions.create({ model, messages }, stand()),
    error500Retried: (model) => chat(model, {}, 'status=500;times=2'),
    error429: (model) => client.chat.completions.create({ model, messages }, { ...stand('status=429'), maxRetries: 1 }),
    errorNetwork: (model) =>
      new OpenAI({ baseURL: 'http://127.0.0.1:9', maxRetries: 0 }).chat.completions.create({ model, messages }),
    chatAbort: (model) =>
      client.chat.completions.create(
        { model, messages },
        { ...stand('delay_ms=2000'), signal: AbortSignal.timeout(400) },
      ),
    timeout: (model) =>
      client.chat.completions.create({ model, messages }, { ...stand('delay_ms=2000'), timeout: 300, maxRetries: 0 }),
    unhandledFailure: async (model) => {
      void chat(model, {}, 'status=400');
      await new Promise((resolve) => process.once('unhandledRejection', resolve));
    },
    handledLate: async (model) => {
      const promise = chat(model, {}, 'status=400');
      return promise.catch((error) => error.status);
    },
    responses: (model) =>
      client.responses.create({ model, input: 'one two' }, stand('uncached=20;cache_read=80;output=9;reasoning=4')),
    responsesSearch: (model) =>
      client.responses.create({ model, input: 'one two', tools: [{ type: 'web_search' }] }, stand('web_search=2')),
    responsesParse: (model) => client.responses.parse({ model, input: 'one two' }, stand()),
    responsesStream: async (model) =>
      readAll(await client.responses.create({ model, input: 'one two', stream: true }, stand())),
    responsesHelper: async (model) => client.responses.stream({ model, input: 'one two' }, stand()).finalResponse(),
    ...('responses' in client.beta ? betaScenarios(client) : {}),
    responsesBreak: async (model) => {
      const seen = [];
      for await (const event of await client.responses.create({ model, input: 'one two', stream: true }, stand())) {
        seen.push(event.type);
        if (event.type === 'response.output_text.delta') break;
      }
      return seen;
    },
    embeddings: (model) => client.embeddings.create({ model, input: 'one two' }, stand()),
    embeddingsFloat: (model) =>
      client.embeddings.create({ model, input: 'one two', encoding_format: 'float' }, stand()),
    embeddingsAsResponse: async (model) =>
      (await client.embeddings.create({ model, input: 'one' }, stand()).asResponse()).json(),
    completions: (model) => client.completions.create({ model, prompt: 'one two' }, stand()),
    completionsStream: async (model) =>
      readAll(await client.completions.create({ model, prompt: 'one two', stream: true }, stand())),
    azure: (model) => azure.chat.completions.create({ model, messages }, stand()),
    azureDeployment: (model) =>
      new AzureOpenAI({
        // Not the variable's, which would exclude `endpoint`.
        baseURL: null,
        endpoint: process.env.PROVIDER_URL,
        deployment: model,
        apiVersion: '2024-10-21',
        apiKey: 'test',
      }).chat.completions.create({ messages, model: 'the-deployment-decides' }, stand()),
    azureStream: async (model) =>
      readAll(await azure.chat.completions.create({ model, messages, stream: true }, stand('reject=stream_options'))),
    files: async () => {
      const { fetch, sent } = fakeFetch({ id: 'file-1', object: 'file', bytes: 5 });
      const file = new File(['hello'], 'a.txt');
      return [await new OpenAI({ fetch }).files.create({ file, purpose: 'batch' }), sent];
    },
    batch: async (model) => {
      const { fetch, sent } = fakeFetch({ id: 'batch_1', object: 'batch', status: 'validating' });
      const batch = { input_file_id: 'file-1', endpoint: '/v1/chat/completions', completion_window: '24h' };
      return [await new OpenAI({ fetch }).batches.create({ ...batch, metadata: { model } }), sent];
    },
    // Last: from here on the host is known to refuse the option.
    streamRefusesOption: async (model) => readAll(await chat(model, { stream: true }, 'reject=stream_options')),
  };
};

/** Of openai 6.49 and later. */
const betaScenarios = (client) => ({
  beta: (model) => client.beta.responses.create({ model, input: 'one two' }, stand()),
  betaStream: async (model) =>
    readAll(await client.beta.responses.create({ model, input: 'one two', stream: true }, stand())),
});

/** Of openai 6 and later: free of charge. */
module.exports.countTokens = (OpenAI) => async (model) => {
  const { fetch, sent } = fakeFetch({ object: 'response.input_tokens', input_tokens: 2 });
  return [await new OpenAI({ fetch }).responses.inputTokens.count({ model, input: 'one two' }), sent];
};
