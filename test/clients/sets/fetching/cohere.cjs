'use strict';
const { host, messages, look, text, neglect, readAll, readUntilAbort } = require('../../scenarios/reading.cjs');

/** Every way an application calls `cohere-ai`. */
module.exports = {
  packages: ['cohere-ai'],
  scenarios: ({ CohereClient, CohereClientV2 }) => {
    const options = { token: 'test', environment: host('api.cohere.com') };
    const cohere = new CohereClientV2(options);
    const first = new CohereClient(options);
    const embedding = { texts: ['one two', 'three'], inputType: 'search_document', embeddingTypes: ['float'] };
    return {
      chat: (model) => cohere.chat({ model, messages }),
      chatLimited: (model) => cohere.chat({ model, messages, maxTokens: 4 }),
      chatWithResponse: async (model) => {
        const { data, rawResponse } = await cohere.chat({ model, messages }).withRawResponse();
        return [data, rawResponse.status];
      },
      stream: async (model) => readAll(await cohere.chatStream({ model, messages })),
      streamBreak: async (model) => {
        for await (const event of await cohere.chatStream({ model, messages })) {
          if (event.type === 'content-delta') return event;
        }
      },
      streamAbort: async (model) => {
        const abort = new AbortController();
        const stream = await cohere.chatStream({ model, messages }, { abortSignal: abort.signal });
        return readUntilAbort(stream, () => abort.abort(), 3);
      },
      streamNeverRead: async (model) => (await cohere.chatStream({ model, messages })).constructor.name,
      chatAbort: (model) =>
        cohere.chat({ model, messages }, { abortSignal: AbortSignal.timeout(500), timeoutInSeconds: 1 }),
      tools: (model) => cohere.chat({ model, messages, tools: [look] }),
      toolsStream: async (model) => readAll(await cohere.chatStream({ model, messages, tools: [look] })),
      chatFirst: (model) => first.chat({ model, message: text }),
      chatFirstStream: async (model) => readAll(await first.chatStream({ model, message: text })),
      embeddings: (model) => cohere.embed({ model, ...embedding }),
      embeddingsFirst: (model) => first.embed({ model, ...embedding }),
      error400: (model) => cohere.chat({ model, messages }),
      error400Stream: async (model) => readAll(await cohere.chatStream({ model, messages })),
      error500Retried: (model) => cohere.chat({ model, messages }, { maxRetries: 1 }),
      errorNetwork: (model) => cohere.chat({ model, messages }, { timeoutInSeconds: 1 }),
      unhandledFailure: (model) => neglect(() => cohere.chat({ model, messages })),
    };
  },
};
