'use strict';
const { chatCompletions, completions, embeddings } = require('./chatCompletions.cjs');

module.exports = {
  packages: ['together-ai'],
  scenarios: ({ Together }) => {
    const make = (options) => new Together({ baseURL: `${process.env.PROVIDER_URL}/v1`, apiKey: 'test', ...options });
    return { ...chatCompletions(make), ...completions(make({})), ...embeddings(make({})) };
  },
};
