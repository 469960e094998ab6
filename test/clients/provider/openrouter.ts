import type { AskedAnswer, Answer } from './answer.ts';
import { answerChat, answerEmbeddings } from './openaiShaped.ts';
import type { Additions } from './openaiShaped.ts';

/** So that the cost that is told follows from the counts. */
const TOKENS_A_USD = 1_000_000;

const additions: Additions = {
  usage: (usage) => ({
    ...usage,
    cost: Number(usage['total_tokens']) / TOKENS_A_USD,
    is_byok: false,
    ...(usage['completion_tokens'] === undefined
      ? {}
      : {
          prompt_tokens_details: { cached_tokens: 1, audio_tokens: 0 },
          completion_tokens_details: { reasoning_tokens: 2 },
          cost_details: { upstream_inference_prompt_cost: 0, upstream_inference_completions_cost: 0 },
        }),
  }),
  more: { provider: 'Stand-in', system_fingerprint: 'fp' },
  preamble: ': OPENROUTER PROCESSING\n\n',
};

export function answerOpenRouter(asked: AskedAnswer): Answer | null {
  switch (asked.path) {
    case '/api/v1/chat/completions':
      return answerChat(asked, additions);
    case '/api/v1/embeddings':
      return answerEmbeddings(asked, additions);
    default:
      return null;
  }
}
