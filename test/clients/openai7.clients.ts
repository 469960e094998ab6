import { openaiBetaSpans, openaiModels, openaiSpans, openaiUnrecorded } from '../instrumentation/openaiSpans.ts';
import { describeClient } from './support/describeClient.ts';
import { standardStandIn } from './support/standIn.ts';

describeClient({
  set: 'openai7',
  client: 'openai',
  packages: ['openai'],
  nodeMin: 22,
  startStandIn: standardStandIn,
  models: openaiModels,
  spans: { ...openaiSpans, ...openaiBetaSpans },
  unrecorded: [...openaiUnrecorded, 'countTokens'],
});
