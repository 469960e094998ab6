import { noHabits, type Dialect } from './dialect.ts';
import { scopeIs } from './emitters.ts';
import { at } from './fields.ts';
import type { Family } from './provider.ts';

/** Microsoft Agent Framework: hands on what the provider's client counts. */
export const agentFramework: Dialect = {
  name: 'agent-framework',
  vocabulary: { speaksOfLlm: false, aliases: {} },
  ownsScope: (name) => scopeIs(name, 'agent_framework') || scopeIs(name, 'Microsoft.Agents.AI'),
  habits: (_span, found, family) => ({
    ...noHabits,
    isKnown: true,
    cache: leavesCacheOut(family) ? 'exclusive' : 'inclusive',
    // Cached tokens come with the newest conventions alone, whose mark is the provider's new name.
    missing: found.aliases[at.provider]?.key === 'gen_ai.system' ? 'cache' : null,
  }),
};

/** Semantic Kernel, Python and .NET: input and output, never what was cached. */
export const semanticKernel: Dialect = {
  name: 'semantic-kernel',
  vocabulary: { speaksOfLlm: false, aliases: {} },
  ownsScope: (name) => scopeIs(name, 'semantic_kernel') || scopeIs(name, 'Microsoft.SemanticKernel'),
  habits: (_span, _found, family) => ({
    ...noHabits,
    isKnown: true,
    cache: leavesCacheOut(family) ? 'exclusive' : 'inclusive',
    missing: 'cache',
  }),
};

function leavesCacheOut(family: Family): boolean {
  return family === 'anthropic' || family === 'bedrock';
}
