import { INPUT_TOKENS, event, halves, outputTokens } from './script.ts';
import type { Turn } from './script.ts';

type Body = Readonly<Record<string, unknown>>;

/** LangChain takes two messages with one id for the same. */
const head = (body: Body, { step }: Turn, object: string): object => ({
  id: `chatcmpl-scripted-${step}`,
  object,
  created: 1_790_000_000,
  model: body['model'],
});

const usage = (turn: Turn): object => ({
  prompt_tokens: INPUT_TOKENS,
  completion_tokens: outputTokens(turn),
  total_tokens: INPUT_TOKENS + outputTokens(turn),
});

const toolCalls = ({ calls, step }: Turn): object[] =>
  calls.map((call, index) => ({
    index,
    id: `call_${step}_${index}`,
    type: 'function',
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  }));

export function chatAnswer(body: Body, turn: Turn): object {
  const message =
    turn.calls.length === 0
      ? { role: 'assistant', content: turn.text, refusal: null }
      : { role: 'assistant', content: null, refusal: null, tool_calls: toolCalls(turn) };
  const finish_reason = turn.calls.length === 0 ? 'stop' : 'tool_calls';
  return {
    ...head(body, turn, 'chat.completion'),
    choices: [{ index: 0, message, logprobs: null, finish_reason }],
    usage: usage(turn),
  };
}

export function chatEvents(body: Body, turn: Turn): string[] {
  const chunk = (choices: object[], more: object = {}): string =>
    event({ ...head(body, turn, 'chat.completion.chunk'), choices, ...more });
  const part = (delta: object, finish_reason: string | null = null): string =>
    chunk([{ index: 0, delta, logprobs: null, finish_reason }]);
  const isAsked = (body['stream_options'] as Body | undefined)?.['include_usage'] === true;
  return [
    part({ role: 'assistant', content: '' }),
    ...(turn.calls.length === 0
      ? halves(turn.text).map((content) => part({ content }))
      : toolCalls(turn).map((call) => part({ tool_calls: [call] }))),
    part({}, turn.calls.length === 0 ? 'stop' : 'tool_calls'),
    ...(isAsked ? [chunk([], { usage: usage(turn) })] : []),
    event('[DONE]'),
  ];
}
