import { noHabits, type Dialect } from './dialect.ts';
import { at } from './fields.ts';

/**
 * Mastra. Only its inference span carries usage. It adds the cache back where an older AI SDK left it out, and leaves
 * Gemini's thoughts out where that SDK did, which the thoughts' own number then proves or not.
 */
export const mastra: Dialect = {
  name: 'mastra',
  vocabulary: { speaksOfLlm: true, aliases: { mastraMark: ['mastra.span.type', 'mastra.metadata.runId'] } },
  ownsScope: (name) => name.startsWith('@mastra/'),
  recognises: (_span, found) => found.values[at.mastraMark] !== undefined,
  habits: () => habits,
};

const habits = { ...noHabits, isKnown: true, cache: 'inclusive' } as const;
