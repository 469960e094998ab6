import { anthropicSpans, anthropicUnrecorded } from '../instrumentation/anthropicSpans.ts';
import { describeClient } from './support/describeClient.ts';
import { standardStandIn } from './support/standIn.ts';

describeClient({
  set: 'anthropic0',
  client: 'anthropic',
  packages: ['@anthropic-ai/sdk'],
  startStandIn: standardStandIn,
  spans: anthropicSpans({ hasThreads: false }),
  unrecorded: anthropicUnrecorded,
});
