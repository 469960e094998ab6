'use strict';
const { host, messages, look, text, neglect, readAll, readFirst } = require('../../scenarios/reading.cjs');

/** Every way an application calls `@openrouter/sdk`. */
module.exports = {
  packages: ['@openrouter/sdk'],
  scenarios: ({ OpenRouter }) => {
    const client = (retryConfig) =>
      new OpenRouter({ apiKey: 'test', serverURL: `${host('openrouter.ai')}/api/v1`, retryConfig });
    const { chat, embeddings } = client({ strategy: 'none' });
    const quick = {
      strategy: 'backoff',
      backoff: { initialInterval: 1, maxInterval: 1, exponent: 1, maxElapsedTime: 5_000 },
    };
    const ask = (model, more) => ({ chatRequest: { model, messages, ...more } });
    const stream = (model, options) => chat.send(ask(model, { stream: true }), options);
    return {
      chat: (model) => chat.send(ask(model)),
      chatLimited: (model) => chat.send(ask(model, { maxTokens: 4 })),
      stream: async (model) => readAll(await stream(model)),
      streamBreak: async (model) => readFirst(await stream(model)),
      streamAbort: async (model) => {
        const abort = new AbortController();
        const seen = [];
        for await (const event of await stream(model, { signal: abort.signal })) {
          if (seen.push(event) === 2) abort.abort();
        }
        return seen;
      },
      streamNeverRead: async (model) => (await stream(model)).constructor.name,
      chatAbort: (model) => chat.send(ask(model), { signal: AbortSignal.timeout(500) }),
      tools: (model) => chat.send(ask(model, { tools: [look] })),
      embeddings: (model) => embeddings.generate({ requestBody: { model, input: [text] } }),
      error400: (model) => chat.send(ask(model)),
      error400Stream: async (model) => readAll(await stream(model)),
      error500Retried: (model) => client(quick).chat.send(ask(model)),
      errorNetwork: (model) => chat.send(ask(model)),
      unhandledFailure: (model) => neglect(() => chat.send(ask(model))),
    };
  },
};
