'use strict';
const openai = require('../../../instrumentation/apps/openaiScenarios.cjs');

module.exports = {
  packages: ['openai'],
  scenarios: ({ OpenAI, AzureOpenAI }) => openai(OpenAI, AzureOpenAI),
};
