'use strict';
// Models by their name alone: the AI SDK asks Vercel's AI Gateway for them.

exports.scenarios = (ai) => {
  const baseURL = `http://127.0.0.1:${process.env.PROVIDER_PORT}/v4/ai`;
  const gateway = ai.createGateway({ baseURL, apiKey: 'test' });
  globalThis.AI_SDK_DEFAULT_PROVIDER = gateway;
  let failures = [];
  const asked = (name) => ({ model: name, prompt: `one two ${name}` });
  const stream = (name, more) =>
    ai.streamText({ ...asked(name), onError: ({ error }) => failures.push(error), maxRetries: 0, ...more });
  const told = (run) => async (name) => {
    failures = [];
    const seen = await run(name).catch((error) => Promise.reject(failures[0] ?? error));
    if (failures.length > 0) throw failures[0];
    return seen;
  };
  const embed = (name) => ({ model: gateway.embeddingModel?.(name) ?? gateway.textEmbeddingModel(name) });
  return {
    chat: async (name) => {
      const { text, usage } = await ai.generateText(asked(name));
      return [text, usage];
    },
    chatLimited: async (name) => (await ai.generateText({ ...asked(name), maxOutputTokens: 4 })).text,
    stream: told(async (name) => {
      const result = stream(name);
      const pieces = [];
      for await (const piece of result.textStream) pieces.push(piece);
      return [pieces, await result.usage];
    }),
    embeddings: async (name) => {
      const { embedding, usage } = await ai.embed({ ...embed(name), value: `one two ${name}` });
      return [embedding.length, usage];
    },
    batch: async (name) => {
      const { embeddings, usage } = await ai.embedMany({ ...embed(name), values: [`one two ${name}`, 'four'] });
      return [embeddings.length, usage];
    },
    error400: (name) => ai.generateText({ ...asked(name), maxRetries: 0 }),
    error400Stream: told((name) => stream(name).consumeStream()),
    unhandledFailure: async (name) => {
      void ai.generateText({ ...asked(name), maxRetries: 0 });
      await new Promise((resolve) => process.once('unhandledRejection', resolve));
    },
  };
};
