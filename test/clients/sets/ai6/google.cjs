'use strict';
const shapes = require('./shapes.cjs');

exports.scenarios = (ai, { createGoogleGenerativeAI }) => {
  const google = createGoogleGenerativeAI({
    baseURL: `http://generativelanguage.googleapis.com:${process.env.PROVIDER_PORT}/v1beta`,
    apiKey: 'test',
  });
  return {
    ...shapes(ai, google),
    embeddings: async (name) => {
      const { embedding, usage } = await ai.embed({
        model: google.embeddingModel?.(name) ?? google.textEmbeddingModel(name),
        value: 'one two three',
      });
      return [embedding.length, usage];
    },
  };
};
