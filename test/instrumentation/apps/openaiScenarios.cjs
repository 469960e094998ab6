'use strict';
const messages = [{ role: 'user', content: 'one two three' }];
const stand = (directives) => ({ headers: { 'x-stand-in': `id=fixed;${directives ?? ''}` } });

async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

/** Every way an application calls `openai`; each returns what the application saw. The name is the model's. */
module.exports = (OpenAI, AzureOpenAI) => {
  const client = new OpenAI();
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
      client.chat.completions.parse(
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
    chatTools: async (model) => {
      const runner = client.chat.completions.runTools(
        {
          model,
          messages,
          tools: [
            {
              type: 'function',
              function: { name: 'look', parse: JSON.parse, function: () => 'found', parameters: { type: 'object' } },
            },
          ],
        },
        stand('tool=look'),
      );
      return runner.finalContent();
    },
    stream: async (model) => readAll(await chat(model, { stream: true })),
    streamWithUsage: async (model) =>
      readAll(await chat(model, { stream: true, stream_options: { include_usage: true } })),
    streamWithResponse: async (model) => {
      const { data, response } = await chat(model, { stream: true }).withResponse();
      return [response.status, await readAll(data)];
    },
    streamHelper: async (model) => {
      const events = [];
      const runner = client.chat.completions.stream({ model, messages }, stand());
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
    error400Stream: (model) => client.chat.completions.create({ model, stream: true, nonsense: 1 }, stand()),
    error401: (model) => new OpenAI({ apiKey: 'invalid' }).chat.completions.create({ model, messages }, stand()),
    retried: (model) => chat(model, {}, 'status=500;times=2'),
    retriesUsedUp: (model) =>
      client.chat.completions.create({ model, messages }, { ...stand('status=429'), maxRetries: 1 }),
    connectionRefused: (model) =>
      new OpenAI({ baseURL: 'http://127.0.0.1:9', maxRetries: 0 }).chat.completions.create({ model, messages }),
    abortBeforeResponse: (model) =>
      client.chat.completions.create(
        { model, messages },
        { ...stand('delay_ms=2000'), signal: AbortSignal.timeout(30) },
      ),
    timeout: (model) =>
      client.chat.completions.create({ model, messages }, { ...stand('delay_ms=2000'), timeout: 30, maxRetries: 0 }),
    unhandledFailure: async (model) => {
      void chat(model, {}, 'status=400');
      await new Promise((resolve) => setTimeout(resolve, 150));
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
    azureStream: async (model) =>
      readAll(await azure.chat.completions.create({ model, messages, stream: true }, stand('reject=stream_options'))),
    // Last: from here on the host is known to refuse the option.
    streamRefusesOption: async (model) => readAll(await chat(model, { stream: true }, 'reject=stream_options')),
  };
};
