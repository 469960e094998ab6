'use strict';
const { messages, look, text, neglect, readAll, readFirst, readUntilAbort } = require('../../scenarios/reading.cjs');

/** Every way an application calls `ollama`. */
module.exports = {
  packages: ['ollama'],
  scenarios: ({ Ollama }) => {
    const ollama = new Ollama({ host: `http://127.0.0.1:${process.env.PROVIDER_PORT}` });
    const withSignal = (signal) =>
      new Ollama({
        host: `http://127.0.0.1:${process.env.PROVIDER_PORT}`,
        fetch: (url, init) => fetch(url, { ...init, signal }),
      });
    const stream = (model) => ollama.chat({ model, messages, stream: true });
    return {
      chat: (model) => ollama.chat({ model, messages }),
      chatLimited: (model) => ollama.chat({ model, messages, options: { num_predict: 4 } }),
      chatParse: (model) => ollama.chat({ model, messages, format: { type: 'object' } }),
      stream: async (model) => readAll(await stream(model)),
      streamBreak: async (model) => readFirst(await stream(model)),
      streamAbort: async (model) => {
        const events = await stream(model);
        return readUntilAbort(events, () => events.abort());
      },
      streamNeverRead: async (model) => (await stream(model)).constructor.name,
      chatAbort: (model) => withSignal(AbortSignal.timeout(500)).chat({ model, messages }),
      tools: (model) => ollama.chat({ model, messages, tools: [look] }),
      completions: (model) => ollama.generate({ model, prompt: text }),
      completionsStream: async (model) => readAll(await ollama.generate({ model, prompt: text, stream: true })),
      embeddings: (model) => ollama.embed({ model, input: ['one two', 'three'] }),
      error400: (model) => ollama.chat({ model, messages }),
      error400Stream: async (model) => readAll(await stream(model)),
      errorNetwork: (model) => ollama.chat({ model, messages }),
      unhandledFailure: (model) => neglect(() => ollama.chat({ model, messages })),
    };
  },
};
