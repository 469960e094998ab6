'use strict';
const { NodeHttpHandler } = require('@smithy/node-http-handler');

const messages = [{ role: 'user', content: [{ text: 'one two three' }] }];
const anthropic = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 64 };
const anthropicMessages = [{ role: 'user', content: 'one two three' }];
const toolConfig = { tools: [{ toolSpec: { name: 'look', inputSchema: { json: { type: 'object' } } } }] };

/** Each of InvokeModel's formats, asked the same. */
const bodies = {
  Anthropic: { ...anthropic, messages: anthropicMessages },
  Nova: { schemaVersion: 'messages-v1', messages, inferenceConfig: { maxTokens: 64 } },
  Titan: { inputText: 'one two three', textGenerationConfig: { maxTokenCount: 64 } },
  Llama: { prompt: 'one two three', max_gen_len: 64 },
  Mistral: { prompt: 'one two three', max_tokens: 64 },
  Cohere: { message: 'one two three', max_tokens: 64 },
  OpenAi: { messages: anthropicMessages, max_completion_tokens: 64 },
};

/** The SDK's retries wait for a random time, and say how long. */
function settled(output) {
  const { totalRetryDelay: _random, ...$metadata } = output.$metadata;
  return { ...output, $metadata };
}

const textIn = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

async function readAll(stream) {
  const events = [];
  for await (const event of stream) events.push(event.chunk === undefined ? event : textIn(event.chunk.bytes));
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

/** Every way an application calls `@aws-sdk/client-bedrock-runtime`; each returns what the application saw. */
function scenarios(sdk) {
  const client = new sdk.BedrockRuntimeClient({ endpoint: process.env.BEDROCK_URL });
  const http1 = new sdk.BedrockRuntimeClient({
    endpoint: process.env.BEDROCK_HTTP1_URL,
    requestHandler: new NodeHttpHandler(),
  });
  /** Directives go with the request as applications add a header: by a middleware of their own. */
  const asked = (command, directives) => {
    const addHeader = (next) => (args) => {
      args.request.headers['x-stand-in'] = directives;
      return next(args);
    };
    command.middlewareStack.add(addHeader, { step: 'build', name: 'addHeader' });
    return command;
  };
  const converse = (modelId, more, directives = '') =>
    asked(new sdk.ConverseCommand({ modelId, messages, inferenceConfig: { maxTokens: 64 }, ...more }), directives);
  const converseStream = (modelId, more, directives = '') =>
    asked(
      new sdk.ConverseStreamCommand({ modelId, messages, inferenceConfig: { maxTokens: 64 }, ...more }),
      directives,
    );
  const invoke = (modelId, body, directives = '') =>
    asked(new sdk.InvokeModelCommand({ modelId, body: JSON.stringify(body) }), directives);
  const invokeStream = (modelId, body, directives = '') =>
    asked(
      new sdk.InvokeModelWithResponseStreamCommand({ modelId, body: Buffer.from(JSON.stringify(body)) }),
      directives,
    );
  const invoked = async (command) => {
    const output = await client.send(command);
    return { ...settled(output), kind: output.body.constructor.name, body: textIn(output.body) };
  };
  const byVendor = Object.entries(bodies).flatMap(([vendor, body]) => [
    [`invoke${vendor}`, (model) => invoked(invoke(model, body))],
    [`invokeStream${vendor}`, async (model) => readAll((await client.send(invokeStream(model, body))).body)],
  ]);

  return {
    chat: async (model) => settled(await client.send(converse(model))),
    chatCached: async (model) =>
      settled(
        await client.send(
          converse(model, {}, 'uncached=12;cache_read=8000;cache_write_5m=300;cache_write_1h=50;output=9'),
        ),
      ),
    chatTier: async (model) =>
      settled(await client.send(converse(model, { serviceTier: { type: 'flex' } }, 'tier=flex'))),
    chatHttp1: async (model) => settled(await http1.send(converse(model))),
    chatAggregated: async (model) => {
      const whole = new sdk.BedrockRuntime({ endpoint: process.env.BEDROCK_URL });
      return settled(await whole.converse({ modelId: model, messages }));
    },
    chatCallback: (model) =>
      new Promise((resolve, reject) => {
        const returned = client.send(converse(model), (error, output) =>
          error ? reject(error) : resolve([returned === undefined, settled(output)]),
        );
      }),
    chatCachedHandlers: async (model) => {
      const caching = new sdk.BedrockRuntimeClient({ endpoint: process.env.BEDROCK_URL, cacheMiddleware: true });
      const one = settled(await caching.send(new sdk.ConverseCommand({ modelId: model, messages })));
      const two = settled(await caching.send(new sdk.ConverseCommand({ modelId: model, messages })));
      return [one, two];
    },
    chatOwnMiddleware: async (model) => {
      const own = new sdk.BedrockRuntimeClient({ endpoint: process.env.BEDROCK_URL });
      own.middlewareStack.add((next) => (args) => next({ ...args, input: { ...args.input, modelId: model } }), {
        step: 'initialize',
        name: 'ownModel',
      });
      return settled(await own.send(new sdk.ConverseCommand({ modelId: 'another', messages })));
    },
    chatSameObject: async (model) => {
      const promise = client.send(converse(model));
      const command = converse(model);
      const input = JSON.stringify(command.input);
      await client.send(command);
      return [promise.constructor.name, (await promise) === (await promise), JSON.stringify(command.input) === input];
    },
    chatAbort: (model) => {
      const controller = new AbortController();
      const command = converse(model, {}, 'delay_ms=5000');
      // Some time after the request leaves: a timer from the start would race with what comes before.
      const abortSoon = (next) => (args) => {
        setTimeout(() => controller.abort(), 500);
        return next(args);
      };
      command.middlewareStack.add(abortSoon, { step: 'build', name: 'abortSoon' });
      return client.send(command, { abortSignal: controller.signal });
    },
    tools: async (model) => settled(await client.send(converse(model, { toolConfig }, 'tool=look'))),
    stream: async (model) => readAll((await client.send(converseStream(model))).stream),
    streamHttp1: async (model) => readAll((await http1.send(converseStream(model))).stream),
    streamTools: async (model) =>
      readAll((await client.send(converseStream(model, { toolConfig }, 'tool=look'))).stream),
    streamByHand: async (model) => {
      const iterator = (await client.send(converseStream(model))).stream[Symbol.asyncIterator]();
      const seen = [Object.prototype.toString.call(iterator), await iterator.next(), await iterator.next()];
      return [...seen, await iterator.return('left'), await iterator.next()];
    },
    streamBreak: async (model) => {
      const seen = [];
      for await (const event of (await client.send(converseStream(model))).stream) {
        seen.push(event);
        if (seen.length === 3) break;
      }
      return seen;
    },
    streamAbort: async (model) => {
      const controller = new AbortController();
      const command = converseStream(model, {}, 'chunk_delay_ms=250');
      const { stream } = await client.send(command, { abortSignal: controller.signal });
      const seen = [];
      for await (const event of stream) if (seen.push(event) === 3) controller.abort();
      return seen.slice(0, 3);
    },
    streamNeverRead: async (model) => {
      const { stream, ...rest } = await client.send(converseStream(model));
      return [Object.keys(rest).toSorted(), Object.keys(stream), typeof stream[Symbol.asyncIterator]];
    },
    streamException: async (model) =>
      readAll((await client.send(converseStream(model, {}, 'reject=throttlingException'))).stream),
    streamCut: async (model) =>
      readAll((await client.send(converseStream(model, {}, 'chunk_delay_ms=100;reset_after=4'))).stream),
    streamReset: async (model) => {
      const { stream } = await http1.send(converseStream(model, {}, 'chunk_delay_ms=100;reset_after=4'));
      const seen = [];
      try {
        for await (const event of stream) seen.push(event);
      } catch (error) {
        return [seen, error.name, error.code];
      }
      return seen;
    },
    error400: (model) => client.send(converse(model, {}, 'status=400')),
    error400Stream: (model) => client.send(converseStream(model, {}, 'status=400')),
    error429: (model) => client.send(converse(model, {}, 'status=429')),
    error500Retried: async (model) => settled(await client.send(converse(model, {}, 'status=500;times=2'))),
    errorNetwork: (model) =>
      new sdk.BedrockRuntimeClient({ endpoint: 'http://127.0.0.1:9', maxAttempts: 1 }).send(converse(model)),
    unhandledFailure: async (model) => {
      void client.send(converse(model, {}, 'status=400'));
      await unhandled();
    },
    embeddings: (model) => invoked(invoke(model, { inputText: 'one two three' })),
    embeddingsByHeader: (model) => invoked(invoke(model, { texts: ['one two', 'three'], input_type: 'search_query' })),
    ...Object.fromEntries(byVendor),
    countTokens: (model) =>
      client.send(new sdk.CountTokensCommand({ modelId: model, input: { converse: { messages } } })),
  };
}

module.exports = { packages: ['@aws-sdk/client-bedrock-runtime'], scenarios };
