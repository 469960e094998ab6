'use strict';
const { chatCompletions, completions } = require('./chatCompletions.cjs');

module.exports = {
  packages: ['@cerebras/cerebras_cloud_sdk'],
  scenarios: ({ Cerebras }) => {
    // A client sends a request of its own when it is made, of which nobody knows when it arrives.
    const make = (options) =>
      new Cerebras({ baseURL: process.env.PROVIDER_URL, apiKey: 'test', warmTCPConnection: false, ...options });
    return { ...chatCompletions(make), ...completions(make({})) };
  },
};
