'use strict';
const anthropic = require('../../../instrumentation/apps/anthropicScenarios.cjs');

module.exports = {
  packages: ['@anthropic-ai/sdk'],
  scenarios: ({ Anthropic }) => anthropic(Anthropic),
};
