import { openaiBetaSpans, openaiModels, openaiSpans, openaiUnrecorded } from '../instrumentation/openaiSpans.ts';
import type { ExpectedSpan } from './support/describeClient.ts';
import { describeClient } from './support/describeClient.ts';
import { standardStandIn } from './support/standIn.ts';

/** Whoever waits longer than the time limit for a body asks again: one call, of two requests. */
const retried = (openaiSpans['error500Retried'] ?? []).map((span): ExpectedSpan => ({
  ...span,
  name: 'chat m-bodyTimeoutRetried',
  attributes: {
    ...span.attributes,
    'gen_ai.response.model': 'm-bodyTimeoutRetried',
    'http.request.resend_count': 1,
  },
}));

describeClient({
  set: 'openai7',
  client: 'openai',
  packages: ['openai'],
  nodeMin: 22,
  startStandIn: standardStandIn,
  models: openaiModels,
  spans: { ...openaiSpans, ...openaiBetaSpans, bodyTimeoutRetried: retried },
  unrecorded: [...openaiUnrecorded, 'countTokens'],
});
