'use strict';
const anthropic = require('../../../instrumentation/apps/anthropicScenarios.cjs');

/** How much of a stream left early was read depends on how its bytes were cut on their way. */
const names = [
  'chat',
  'chatCached',
  'chatWithResponse',
  'chatAsResponseJson',
  'chatParse',
  'tools',
  'toolRunner',
  'stream',
  'streamHelper',
  'streamTee',
  'streamReadable',
  'streamNeverRead',
  'beta',
  'betaStream',
  'error400',
  'error400Stream',
  'error500Retried',
  'errorNetwork',
  'chatAbort',
  'unhandledFailure',
  'files',
  'batch',
  'countTokens',
];

module.exports = {
  packages: ['@anthropic-ai/sdk'],
  scenarios({ Anthropic }) {
    const all = anthropic(Anthropic);
    return Object.fromEntries(names.map((name) => [name, all[name]]));
  },
};
