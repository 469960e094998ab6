import type { Dialect } from './dialect.ts';
import { habitsOf, scopeIs } from './emitters.ts';
import { at, text } from './fields.ts';

/** It patches the `openai` package for vLLM too, and that patch is the one that writes OpenAI's chats. */
const VLLM_SCOPE = '@openlit/instrumentation-vllm';
/** Those that count the tokens of a stream themselves where the application asked for no usage, and do not say so. */
const guessingScopes: ReadonlySet<string> = new Set([
  VLLM_SCOPE,
  '@openlit/instrumentation-openai',
  'openlit.instrumentation.openai',
]);
/** To a stream's output it adds the count that Anthropic's first event announces. */
const ADDING_SCOPE = '@openlit/instrumentation-anthropic';
/** OpenAI's own models; `gpt-oss` is what one runs oneself. */
const OPENAI_MODEL = /^(?:gpt-(?!oss)|o\d|chatgpt-)/i;

/** OpenLIT, JavaScript and Python. */
export const openlit: Dialect = {
  name: 'openlit',
  vocabulary: { speaksOfLlm: true, aliases: { isStream: ['gen_ai.request.is_stream', 'gen_ai.request.stream'] } },
  ownsScope: (name) => name.startsWith('@openlit/') || scopeIs(name, 'openlit'),
  own: ({ scope: { name } }, found) => {
    const model = text(found, at.responseModel) ?? text(found, at.requestModel) ?? '';
    return name === VLLM_SCOPE && OPENAI_MODEL.test(model) ? { provider: 'openai' } : {};
  },
  habits: ({ scope: { name } }, found, family) => {
    const habits = habitsOf(name, family);
    if (found.values[at.isStream] !== true) return habits;
    // A cached count comes from the provider alone.
    const mayBeGuess = guessingScopes.has(name) && found.values[at.cacheReadTokens] === undefined;
    return mayBeGuess || name === ADDING_SCOPE ? { ...habits, estimates: true } : habits;
  },
};
