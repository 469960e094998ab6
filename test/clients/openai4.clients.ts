import { openaiModels, openai4Spans, openaiUnrecorded } from '../instrumentation/openaiSpans.ts';
import { describeClient } from './support/describeClient.ts';
import { standardStandIn } from './support/standIn.ts';

describeClient({
  set: 'openai4',
  client: 'openai',
  packages: ['openai'],
  startStandIn: standardStandIn,
  models: openaiModels,
  spans: openai4Spans,
  unrecorded: openaiUnrecorded,
  reasons: { countTokens: 'it has no such method', beta: 'it has no beta responses' },
});
