import type { Dialect } from './dialect.ts';
import { scopeIs } from './emitters.ts';
import { at } from './fields.ts';
import { readJsonObject } from './json.ts';
import { addProviderUsage } from './providerUsage.ts';

/**
 * Logfire's own instrumentations of OpenAI and Anthropic. The provider's usage stands whole in `gen_ai.usage.raw`. A stream has
 * two spans beside each other: its request's, which ends before the first token, and one with the usage when it is over.
 */
export const logfire: Dialect = {
  name: 'logfire',
  vocabulary: { speaksOfLlm: true, aliases: { logfireUsage: ['gen_ai.usage.raw'] } },
  ownsScope: (name) => scopeIs(name, 'logfire.openai') || scopeIs(name, 'logfire.anthropic'),
  callNeedsUsage: () => true,
  readJson: (found, counts) => {
    addProviderUsage({ usage: readJsonObject(found.values[at.logfireUsage]) }, counts, 'gen_ai.usage.raw');
    return {};
  },
};
