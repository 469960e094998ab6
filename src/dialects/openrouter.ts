import { noHabits, type Dialect } from './dialect.ts';
import { at } from './fields.ts';

const SERVICE = 'openrouter';

/** OpenRouter Broadcast: a copy of each call, from OpenRouter itself. It is who bills, whatever provider it asked. */
export const openrouter: Dialect = {
  name: 'openrouter',
  vocabulary: {
    speaksOfLlm: true,
    aliases: {
      openrouterTrace: [
        'openrouter.trace.id',
        'trace.metadata.openrouter.api_key_name',
        'trace.metadata.openrouter.entity_id',
        'trace.metadata.openrouter.provider_name',
        'trace.metadata.openrouter.provider_slug',
      ],
    },
  },
  needsNoKey: true,
  recognises: ({ resource }, found) =>
    found.values[at.openrouterTrace] !== undefined || resource.attributes.get('service.name') === SERVICE,
  own: () => ({ provider: 'openrouter' }),
  habits: () => ({ ...noHabits, isKnown: true, cache: 'inclusive' }),
};
