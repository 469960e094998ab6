import type { ReceivedSpan } from '../span.ts';
import { noHabits, type Dialect } from './dialect.ts';
import { at, text, type Found } from './fields.ts';
import { addGoogleUsage } from './googleUsage.ts';
import { readLastObjectOf } from './json.ts';
import { tariffOfUsage } from './priceFacts.ts';

const SCOPE = 'gcp.vertex.agent';
const CONVENTIONS_REASONING = 'gen_ai.usage.reasoning.output_tokens';
/**
 * `openai/gpt-5-mini`, a model reached through LiteLLM, whose output holds the reasoning already: current versions to this
 * minor one add it a second time.
 */
const LITELLM_MODEL = /^(?!projects\/|publishers\/|models\/)[\w-]+\//;
const DOUBLED_UNTIL = 13;
/** From here on the Python package counts thoughts as output and writes cached tokens. */
const CURRENT_FROM = { major: 2, minor: 8 };
const VERSION = /^(\d{1,4})\.(\d{1,4})\./;

/**
 * Google's Agent Development Kit. What its attributes leave out (cached content, thoughts, what server-side tools read)
 * stands at the end of the JSON of the whole answer, of which that object alone is parsed.
 */
export const googleAdk: Dialect = {
  name: 'google-adk',
  vocabulary: {
    speaksOfLlm: true,
    aliases: {
      reasoningTokens: ['gen_ai.usage.experimental.reasoning_tokens'],
      adkResponse: ['gcp.vertex.agent.llm_response'],
    },
  },
  ownsScope: (name) => name === SCOPE,
  recognises: (_span, found) => found.values[at.adkResponse] !== undefined,
  // `call_llm` says no operation; tool spans carry an empty answer and do.
  operation: (found) => (found.values[at.inputTokens] === undefined ? null : 'chat'),
  readJson: (found, counts, span) => {
    const answer = found.values[at.adkResponse];
    const usage = readLastObjectOf(answer, 'usage_metadata') ?? readLastObjectOf(answer, 'usageMetadata');
    addGoogleUsage(usage, counts, 'gcp.vertex.agent.llm_response');
    if (isDoubled(span, found) && counts.output !== null && counts.output >= (counts.reasoning ?? 0)) {
      counts.output -= counts.reasoning ?? 0;
    }
    // Without its content an older span does not say what was cached.
    const isCacheUntold = usage === null && counts.cacheRead === null && !isCurrent(span, found);
    return { tariff: tariffOfUsage(usage), lossy: isCacheUntold && counts.input !== null };
  },
  habits: (span, found) => ({
    ...noHabits,
    isKnown: true,
    cache: 'inclusive',
    outputWithoutReasoning: !isCurrent(span, found) && !LITELLM_MODEL.test(text(found, at.requestModel) ?? ''),
  }),
};

/** It writes the conventions' own cached and reasoning tokens where there are any. */
function isCurrent({ scope: { version } }: ReceivedSpan, found: Found): boolean {
  const { major, minor } = versionOf(version);
  if (found.aliases[at.reasoningTokens]?.key === CONVENTIONS_REASONING) return true;
  return major > CURRENT_FROM.major || (major === CURRENT_FROM.major && minor >= CURRENT_FROM.minor);
}

function isDoubled({ scope: { version } }: ReceivedSpan, found: Found): boolean {
  const { major, minor } = versionOf(version);
  if (found.aliases[at.reasoningTokens]?.key !== CONVENTIONS_REASONING) return false;
  return (
    major === CURRENT_FROM.major && minor <= DOUBLED_UNTIL && LITELLM_MODEL.test(text(found, at.requestModel) ?? '')
  );
}

function versionOf(text: string): { readonly major: number; readonly minor: number } {
  const [, major = '0', minor = '0'] = VERSION.exec(text) ?? [];
  return { major: Number(major), minor: Number(minor) };
}
