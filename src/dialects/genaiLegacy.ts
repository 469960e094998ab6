import type { Dialect } from './dialect.ts';
import { at } from './fields.ts';

/** The GenAI conventions up to v1.36: `gen_ai.system`, and up to v1.26 `prompt_tokens` and `completion_tokens`. */
export const genaiLegacy: Dialect = {
  name: 'genai-legacy',
  vocabulary: {
    speaksOfLlm: true,
    aliases: {
      provider: ['gen_ai.system'],
      inputTokens: ['gen_ai.usage.prompt_tokens'],
      outputTokens: ['gen_ai.usage.completion_tokens'],
    },
  },
  // Emitters in transition write both names: the current one then decides.
  recognises: (_span, found, bit) =>
    (found.vocabularies & bit) !== 0 && found.aliases[at.provider]?.key !== 'gen_ai.provider.name',
};
