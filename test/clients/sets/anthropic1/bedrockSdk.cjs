'use strict';
const relative = require('./relative.cjs');

module.exports = {
  packages: ['@anthropic-ai/bedrock-sdk'],
  scenarios: ({ AnthropicBedrock }) => relative((options) => new AnthropicBedrock(options)),
};
