import type { AskedAnswer, Answer } from './answer.ts';
import { answerChat, answerEmbeddings } from './openaiShaped.ts';
import type { Additions } from './openaiShaped.ts';
import { answerPieces, answerText, outputOf, wordsIn } from './words.ts';
import type { Body } from './words.ts';

const CACHED_TOKENS = 1;
const CONNECTOR_TOKENS = 30;
const AT = '2026-11-22T12:00:00Z';

const additions: Additions = {
  usage: (usage, { model }) =>
    model === 'm-chatCached' ? { ...usage, prompt_tokens_details: { cached_tokens: CACHED_TOKENS } } : usage,
};

export function answerMistral(asked: AskedAnswer): Answer | null {
  switch (asked.path) {
    case '/v1/chat/completions':
    case '/v1/fim/completions':
      return answerChat(asked, additions);
    case '/v1/embeddings':
      return answerEmbeddings(asked, additions);
    case '/v1/conversations':
      return answerConversation(asked);
    default:
      return null;
  }
}

/** What a connector read stands beside the prompt. */
function answerConversation({ body, model }: AskedAnswer): Answer {
  const output = outputOf(undefined);
  const input = wordsIn(body['inputs'], body['instructions']);
  const connector = Array.isArray(body['tools']) ? CONNECTOR_TOKENS : 0;
  const usage: Body = {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output + connector,
    ...(connector === 0 ? {} : { connector_tokens: connector, connectors: { web_search: 1 } }),
  };
  const conversation_id = `conv-${model}`;
  const entry = {
    object: 'entry',
    type: 'message.output',
    id: `answer-${model}`,
    model,
    role: 'assistant',
    created_at: AT,
    completed_at: AT,
  };
  if (body['stream'] !== true) {
    const outputs = [{ ...entry, content: answerText(output) }];
    return { json: { object: 'conversation.response', conversation_id, outputs, usage } };
  }
  return {
    framing: 'sse',
    eventName: (event) => String(event['type']),
    events: [
      { type: 'conversation.response.started', conversation_id, created_at: AT },
      ...answerPieces(output).map((content) => ({
        type: 'message.output.delta',
        id: `answer-${model}`,
        model,
        role: 'assistant',
        content,
        content_index: 0,
        output_index: 0,
        created_at: AT,
      })),
      { type: 'conversation.response.done', usage, created_at: AT },
    ],
  };
}
