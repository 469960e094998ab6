'use strict';
const { host, messages, look, text, neglect, readAll, readFirst } = require('../../scenarios/reading.cjs');

/** Every way an application calls `@mistralai/mistralai`. */
module.exports = {
  packages: ['@mistralai/mistralai'],
  scenarios: ({ Mistral }) => {
    const client = (more) => new Mistral({ apiKey: 'test', serverURL: host('api.mistral.ai'), ...more });
    const { chat, fim, embeddings, beta } = client();
    const quick = {
      strategy: 'backoff',
      backoff: { initialInterval: 1, maxInterval: 1, exponent: 1, maxElapsedTime: 5_000 },
    };
    return {
      chat: (model) => chat.complete({ model, messages }),
      chatCached: (model) => chat.complete({ model, messages, maxTokens: 4 }),
      chatParse: (model) => chat.complete({ model, messages, responseFormat: { type: 'json_object' } }),
      stream: async (model) => readAll(await chat.stream({ model, messages })),
      streamBreak: async (model) => readFirst(await chat.stream({ model, messages })),
      streamAbort: async (model) => {
        const abort = new AbortController();
        const stream = await chat.stream({ model, messages }, { signal: abort.signal });
        const seen = [];
        for await (const event of stream) if (seen.push(event) === 2) abort.abort();
        return seen;
      },
      streamTee: async (model) => Promise.all((await chat.stream({ model, messages })).tee().map(readAll)),
      streamNeverRead: async (model) => (await chat.stream({ model, messages })).constructor.name,
      chatAbort: (model) => chat.complete({ model, messages }, { signal: AbortSignal.timeout(500) }),
      tools: (model) => chat.complete({ model, messages, tools: [look] }),
      completions: (model) => fim.complete({ model, prompt: 'one two', suffix: 'three' }),
      completionsStream: async (model) => readAll(await fim.stream({ model, prompt: 'one two', suffix: 'three' })),
      responses: (model) => beta.conversations.start({ model, inputs: text }),
      responsesSearch: (model) => beta.conversations.start({ model, inputs: text, tools: [{ type: 'web_search' }] }),
      responsesStream: async (model) => readAll(await beta.conversations.startStream({ model, inputs: text })),
      embeddings: (model) => embeddings.create({ model, inputs: ['one two', 'three'] }),
      error400: (model) => chat.complete({ model, messages }),
      error400Stream: async (model) => readAll(await chat.stream({ model, messages })),
      error500Retried: (model) => client({ retryConfig: quick }).chat.complete({ model, messages }),
      errorNetwork: (model) => chat.complete({ model, messages }),
      unhandledFailure: (model) => neglect(() => chat.complete({ model, messages: [] })),
    };
  },
};
