import { subjectVocabulary, tagPrefixes } from '../attribution/keys.ts';
import { anthropicNative } from './anthropicNative.ts';
import type { Dialect } from './dialect.ts';
import { compileIndex, type Vocabulary } from './fields.ts';
import { genai } from './genai.ts';
import { genaiLegacy } from './genaiLegacy.ts';
import { openinference } from './openinference.ts';
import { openllmetry } from './openllmetry.ts';
import { tollgateVocabulary } from './tollgate.ts';
import { vercelAi } from './vercelAi.ts';

/**
 * In the order in which their keys win where a span holds several (research, "alias sets"): rewriting processors leave
 * three vocabularies on one span.
 */
const vocabularies: readonly Vocabulary[] = [
  tollgateVocabulary,
  genai.vocabulary,
  genaiLegacy.vocabulary,
  openinference.vocabulary,
  openllmetry.vocabulary,
  vercelAi.vocabulary,
  anthropicNative.vocabulary,
  subjectVocabulary,
];

function bitOf(vocabulary: Vocabulary): number {
  return 1 << vocabularies.indexOf(vocabulary);
}

/** In the order in which they are asked; the first that recognises a span reads it. Who wrote it comes before what is on it. */
export const dialects: readonly { readonly dialect: Dialect; readonly bit: number }[] = [
  anthropicNative,
  vercelAi,
  openllmetry,
  openinference,
  genaiLegacy,
  genai,
].map((dialect) => ({ dialect, bit: bitOf(dialect.vocabulary) }));

/** The bits of the vocabularies without which a span is no LLM call. */
export const llmBits = vocabularies
  .filter(({ speaksOfLlm }) => speaksOfLlm)
  .reduce((bits, one) => bits | bitOf(one), 0);

export const index = compileIndex(vocabularies, tagPrefixes);
