'use strict';
const relative = require('./relative.cjs');

const authClient = { projectId: 'p', getRequestHeaders: async () => new Headers({ authorization: 'Bearer test' }) };

module.exports = {
  packages: ['@anthropic-ai/vertex-sdk'],
  scenarios: ({ AnthropicVertex }) => ({
    ...relative((options) => new AnthropicVertex({ region: 'us-east5', projectId: 'p', authClient, ...options })),
    countTokens: (model) =>
      new AnthropicVertex({
        baseURL: process.env.BEDROCK_HTTP1_URL,
        region: 'us-east5',
        projectId: 'p',
        authClient,
      }).messages.countTokens({ model, messages: [{ role: 'user', content: 'one two three' }] }),
  }),
};
