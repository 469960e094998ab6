import type { Dialect } from './dialect.ts';
import { scopeIs } from './emitters.ts';
import { at } from './fields.ts';
import { readJsonObject } from './json.ts';
import { isGenerating } from './operations.ts';
import { tariffOf } from './priceFacts.ts';
import { addProviderUsage } from './providerUsage.ts';

const CLIENT = 3;

/**
 * Logfire's own instrumentations of OpenAI and Anthropic. The provider's usage stands whole in `gen_ai.usage.raw`. A stream has
 * two spans beside each other: its request's (CLIENT), which ends before the first token, and one when it is over, with its
 * usage or, where OpenAI was not asked for any, without.
 */
export const logfire: Dialect = {
  name: 'logfire',
  vocabulary: { speaksOfLlm: true, aliases: { logfireUsage: ['gen_ai.usage.raw'] } },
  ownsScope: (name) => scopeIs(name, 'logfire.openai') || scopeIs(name, 'logfire.anthropic'),
  // A request that failed opened no stream, so no second span speaks for it.
  callNeedsUsage: (_found, operation, { kind, status }) =>
    kind === CLIENT && status !== 'error' && operation !== null && isGenerating(operation),
  readJson: (found, counts) => {
    const answer = { usage: readJsonObject(found.values[at.logfireUsage]) };
    addProviderUsage(answer, counts, 'gen_ai.usage.raw');
    return { tariff: tariffOf(answer) };
  },
};
