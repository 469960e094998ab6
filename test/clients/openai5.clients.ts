import { openaiModels, openaiSpans, openaiUnrecorded } from '../instrumentation/openaiSpans.ts';
import { describeClient } from './support/describeClient.ts';
import { standardStandIn } from './support/standIn.ts';

describeClient({
  set: 'openai5',
  client: 'openai',
  packages: ['openai'],
  startStandIn: standardStandIn,
  models: openaiModels,
  spans: openaiSpans,
  unrecorded: openaiUnrecorded,
  reasons: { countTokens: 'it has no such method', beta: 'it has no beta responses' },
});
