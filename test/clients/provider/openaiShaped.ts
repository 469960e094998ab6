import type { AskedAnswer, Answer } from './answer.ts';
import { answerPieces, answerText, listOf, outputOf, wordsIn } from './words.ts';
import type { Body } from './words.ts';

/** What each of those who copied OpenAI's API adds to it. */
export interface Additions {
  readonly usage: (usage: Body, asked: AskedAnswer) => Body;
  /** On every chunk and answer. */
  readonly more?: Body;
  /** Before the first chunk. */
  readonly preamble?: string;
}

const CREATED = 1_790_000_000;

const common = ({ model }: AskedAnswer, object: string, { more = {} }: Additions): Body => ({
  id: `answer-${model}`,
  object,
  created: CREATED,
  model,
  ...more,
});

/** A tool where the request has one and no result of one, else words. */
const calledTool = ({ body }: AskedAnswer): unknown => {
  const isAnswered = listOf(body['messages']).some((message) => message['role'] === 'tool');
  const [tool] = listOf(body['tools']);
  return isAnswered || tool === undefined ? null : (tool['function'] as Body)['name'];
};

export function answerChat(asked: AskedAnswer, additions: Additions): Answer {
  const { body } = asked;
  const output = outputOf(body['max_tokens'] ?? body['max_completion_tokens']);
  const input = wordsIn(
    listOf(body['messages']).map((message) => message['content']),
    body['prompt'],
    body['suffix'],
  );
  const usage = additions.usage(
    { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
    asked,
  );
  const tool = calledTool(asked);
  const call = { id: 'call00001', type: 'function', index: 0, function: { name: tool, arguments: '{"city":"Here"}' } };
  const finish_reason = tool === null ? (output < outputOf(undefined) ? 'length' : 'stop') : 'tool_calls';
  if (body['stream'] !== true) {
    const message = {
      role: 'assistant',
      content: tool === null ? answerText(output) : '',
      ...(tool === null ? {} : { tool_calls: [call] }),
    };
    const choice = { index: 0, message, finish_reason, logprobs: null };
    return { json: { ...common(asked, 'chat.completion', additions), choices: [choice], usage } };
  }
  const deltas: Body[] =
    tool === null
      ? answerPieces(output).map((content) => ({ role: 'assistant', content }))
      : [{ role: 'assistant', content: '', tool_calls: [call] }];
  const chunks = deltas.map((delta, at) => {
    const isLast = at === deltas.length - 1;
    return {
      ...common(asked, 'chat.completion.chunk', additions),
      choices: [{ index: 0, delta, finish_reason: isLast ? finish_reason : null, logprobs: null }],
      ...(isLast ? { usage } : {}),
    };
  });
  const { preamble } = additions;
  return { framing: 'sse', events: [...(preamble === undefined ? [] : [preamble]), ...chunks, 'data: [DONE]\n\n'] };
}

export function answerEmbeddings(asked: AskedAnswer, additions: Additions): Answer {
  const { body, model } = asked;
  const inputs = Array.isArray(body['input']) ? body['input'] : [body['input']];
  const tokens = wordsIn(inputs);
  const data = inputs.map((_input, index) => ({ object: 'embedding', embedding: [0.25, 0.5], index }));
  const usage = additions.usage({ prompt_tokens: tokens, total_tokens: tokens }, asked);
  return { json: { id: `answer-${model}`, object: 'list', data, model, usage } };
}

/** OpenAI's text completion. */
export function answerCompletion(asked: AskedAnswer, additions: Additions): Answer {
  const output = outputOf(asked.body['max_tokens']);
  const input = wordsIn(asked.body['prompt']);
  const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
  const choices = [{ index: 0, text: answerText(output), finish_reason: 'stop', logprobs: null }];
  return { json: { ...common(asked, 'text_completion', additions), choices, usage: additions.usage(usage, asked) } };
}
