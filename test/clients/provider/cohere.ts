import type { AskedAnswer, Answer } from './answer.ts';
import { answerPieces, answerText, listOf, outputOf, wordsIn } from './words.ts';
import type { Body } from './words.ts';

/** What Cohere puts around a request of its own; not billed. */
const FRAME_TOKENS = 60;
const CACHED_TOKENS = 64;

export function answerCohere(asked: AskedAnswer): Answer | null {
  switch (asked.path) {
    case '/v2/chat':
      return answerChat(asked);
    case '/v1/chat':
      return answerFirstChat(asked);
    case '/v1/embed':
    case '/v2/embed':
      return answerEmbed(asked);
    default:
      return null;
  }
}

const countsOf = (input: number, output: number): Body => ({
  billed_units: { input_tokens: input, output_tokens: output },
  tokens: { input_tokens: input + FRAME_TOKENS, output_tokens: output },
  cached_tokens: CACHED_TOKENS,
});
const metaOf = (billed_units: Body): Body => ({ api_version: { version: '2' }, billed_units });

function answerChat({ body, model }: AskedAnswer): Answer {
  const output = outputOf(body['max_tokens']);
  const isAnswered = listOf(body['messages']).some((message) => message['role'] === 'tool');
  const [tool] = isAnswered ? [] : listOf(body['tools']);
  const usage = countsOf(wordsIn(listOf(body['messages']).map((message) => message['content'])), output);
  const finish_reason = tool === undefined ? (output < outputOf(undefined) ? 'MAX_TOKENS' : 'COMPLETE') : 'TOOL_CALL';
  const call = {
    id: 'call1',
    type: 'function',
    function: { name: (tool?.['function'] as Body)?.['name'], arguments: '{}' },
  };
  const id = `answer-${model}`;
  if (body['stream'] !== true) {
    const content = [{ type: 'text', text: answerText(output) }];
    const message = {
      role: 'assistant',
      ...(tool === undefined ? { content } : { tool_plan: 'I look.', tool_calls: [call] }),
    };
    return { json: { id, finish_reason, message, usage } };
  }
  const texts = answerPieces(output).map((text) => ({
    type: 'content-delta',
    index: 0,
    delta: { message: { content: { text } } },
  }));
  return {
    framing: 'sse',
    eventName: (event) => String(event['type']),
    events: [
      { type: 'message-start', id, delta: { message: { role: 'assistant' } } },
      { type: 'content-start', index: 0, delta: { message: { content: { type: 'text', text: '' } } } },
      ...texts,
      { type: 'content-end', index: 0 },
      { type: 'message-end', id, delta: { finish_reason, usage } },
    ],
  };
}

function answerFirstChat({ body, model }: AskedAnswer): Answer {
  const output = outputOf(body['max_tokens']);
  const { billed_units, tokens } = countsOf(wordsIn(body['message'], body['preamble']), output);
  const meta = { api_version: { version: '1' }, billed_units, tokens };
  const identity = { response_id: `exchange-${model}`, generation_id: `answer-${model}` };
  const response = { ...identity, text: answerText(output), finish_reason: 'COMPLETE', chat_history: [], meta };
  if (body['stream'] !== true) return { json: response };
  return {
    framing: 'ndjson',
    events: [
      { is_finished: false, event_type: 'stream-start', generation_id: identity.generation_id },
      ...answerPieces(output).map((text) => ({ is_finished: false, event_type: 'text-generation', text })),
      { is_finished: true, event_type: 'stream-end', response, finish_reason: 'COMPLETE' },
    ],
  };
}

function answerEmbed({ body, model }: AskedAnswer): Answer {
  const texts = Array.isArray(body['texts']) ? body['texts'] : [];
  const vectors = texts.map(() => [0.25, 0.5]);
  const isTyped = body['embedding_types'] !== undefined;
  const embeddings = isTyped ? { float: vectors } : vectors;
  const response_type = isTyped ? 'embeddings_by_type' : 'embeddings_floats';
  return {
    json: { id: `answer-${model}`, response_type, texts, embeddings, meta: metaOf({ input_tokens: wordsIn(texts) }) },
  };
}
