import type { AskedAnswer, Answer } from './answer.ts';
import { answerPieces, answerText, bodyOf, listOf, outputOf, wordsIn } from './words.ts';
import type { Body } from './words.ts';

const AT = '2026-11-22T12:00:00Z';
const times = {
  total_duration: 5_000_000,
  load_duration: 1_000_000,
  prompt_eval_duration: 2_000_000,
  eval_duration: 2_000_000,
};

export function answerOllama(asked: AskedAnswer): Answer | null {
  const { body, model } = asked;
  switch (asked.path) {
    case '/api/chat':
      return answerWith(asked, wordsIn(listOf(body['messages']).map((message) => message['content'])), chatPart(asked));
    case '/api/generate':
      return answerWith(asked, wordsIn(body['prompt'], body['system']), (response) => ({ response }));
    case '/api/embed': {
      const inputs = Array.isArray(body['input']) ? body['input'] : [body['input']];
      const embeddings = inputs.map(() => [0.25, 0.5]);
      return { json: { model, embeddings, total_duration: 5, load_duration: 1, prompt_eval_count: wordsIn(inputs) } };
    }
    case '/api/tags':
      return { json: { models: [] } };
    default:
      return null;
  }
}

function chatPart({ body }: AskedAnswer): (text: string) => Body {
  const isAnswered = listOf(body['messages']).some((message) => message['role'] === 'tool');
  const [tool] = isAnswered ? [] : listOf(body['tools']);
  if (tool === undefined) return (content) => ({ message: { role: 'assistant', content } });
  const call = { function: { name: bodyOf(tool['function'])['name'], arguments: { city: 'Here' } } };
  return () => ({ message: { role: 'assistant', content: '', tool_calls: [call] } });
}

/** Streams unless told not to. */
function answerWith({ body, model }: AskedAnswer, input: number, part: (text: string) => Body): Answer {
  const output = outputOf(bodyOf(body['options'])['num_predict']);
  const done_reason = output < outputOf(undefined) ? 'length' : 'stop';
  const end = { done: true, done_reason, ...times, prompt_eval_count: input, eval_count: output };
  const common = { model, created_at: AT };
  if (body['stream'] === false) return { json: { ...common, ...part(answerText(output)), ...end } };
  const pieces = answerPieces(output).map((text) => ({ ...common, ...part(text), done: false }));
  return { framing: 'ndjson', events: [...pieces, { ...common, ...part(''), ...end }] };
}
