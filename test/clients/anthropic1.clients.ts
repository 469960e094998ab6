import { anthropicSpans, anthropicUnrecorded } from '../instrumentation/anthropicSpans.ts';
import { describeClient } from './support/describeClient.ts';
import { standardStandIn } from './support/standIn.ts';

describeClient({
  set: 'anthropic1',
  client: 'anthropic',
  packages: ['@anthropic-ai/sdk'],
  startStandIn: standardStandIn,
  spans: anthropicSpans({ hasThreads: true }),
  unrecorded: anthropicUnrecorded,
});
