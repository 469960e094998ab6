'use strict';
const openai = require('../../../instrumentation/apps/openaiScenarios.cjs');

/**
 * Streams left early are not among them: how much of one was read depends on how its bytes were cut on their way. A request
 * without messages is none that is known as a call on a developer's own machine.
 */
const names = [
  'chat',
  'chatCachedReasoning',
  'chatWithResponse',
  'chatAsResponseJson',
  'chatAsResponseReader',
  'chatStreamAsResponse',
  'chatParse',
  'tools',
  'toolRunner',
  'stream',
  'streamWithUsage',
  'streamHelper',
  'streamTee',
  'streamReadable',
  'streamNeverRead',
  'error400',
  'error500Retried',
  'errorNetwork',
  'chatAbort',
  'unhandledFailure',
  'responses',
  'responsesStream',
  'embeddings',
  'completions',
  'azure',
  'files',
  'batch',
];

module.exports = {
  packages: ['openai'],
  scenarios({ OpenAI, AzureOpenAI }) {
    const all = openai(OpenAI, AzureOpenAI);
    return Object.fromEntries(names.map((name) => [name, all[name]]));
  },
};
