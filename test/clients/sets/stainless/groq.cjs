'use strict';
const { chatCompletions, embeddings, filesAndBatches } = require('./chatCompletions.cjs');

module.exports = {
  packages: ['groq-sdk'],
  scenarios: ({ Groq }) => {
    const make = (options) => new Groq({ baseURL: process.env.PROVIDER_URL, apiKey: 'test', ...options });
    return { ...chatCompletions(make), ...embeddings(make({})), ...filesAndBatches(make) };
  },
};
