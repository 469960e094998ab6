import { INPUT_TOKENS, event, halves, outputTokens } from './script.ts';
import type { Turn } from './script.ts';

type Body = Readonly<Record<string, unknown>>;

function response(body: Body, turn: Turn, isDone: boolean): object {
  return {
    id: `resp_scripted_${turn.step}`,
    object: 'response',
    created_at: 1_790_000_000,
    status: isDone ? 'completed' : 'in_progress',
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model: body['model'],
    output: isDone ? items(turn) : [],
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    service_tier: 'default',
    ...(isDone
      ? {
          usage: {
            input_tokens: INPUT_TOKENS,
            input_tokens_details: { cached_tokens: 0 },
            output_tokens: outputTokens(turn),
            output_tokens_details: { reasoning_tokens: 0 },
            total_tokens: INPUT_TOKENS + outputTokens(turn),
          },
        }
      : {}),
  };
}

const items = ({ calls, text, step }: Turn): Record<string, unknown>[] =>
  calls.length === 0
    ? [
        {
          id: `msg_scripted_${step}`,
          type: 'message',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text, annotations: [] }],
        },
      ]
    : calls.map((call, index) => ({
        id: `fc_scripted_${step}_${index}`,
        type: 'function_call',
        status: 'completed',
        call_id: `call_${step}_${index}`,
        name: call.name,
        arguments: JSON.stringify(call.arguments),
      }));

export const responsesAnswer = (body: Body, turn: Turn): object => response(body, turn, true);

export function responsesEvents(body: Body, turn: Turn): string[] {
  let sequence_number = 0;
  const emit = (type: string, fields: object): string => {
    const line = event({ type, ...fields, sequence_number }, type);
    sequence_number += 1;
    return line;
  };
  const output = items(turn).flatMap((item, output_index) => {
    const place = { item_id: item['id'], output_index };
    return item['type'] === 'function_call'
      ? [
          emit('response.output_item.added', { output_index, item: { ...item, status: 'in_progress', arguments: '' } }),
          emit('response.function_call_arguments.delta', { ...place, delta: item['arguments'] }),
          emit('response.function_call_arguments.done', { ...place, arguments: item['arguments'] }),
          emit('response.output_item.done', { output_index, item }),
        ]
      : [
          emit('response.output_item.added', { output_index, item: { ...item, status: 'in_progress', content: [] } }),
          emit('response.content_part.added', {
            ...place,
            content_index: 0,
            part: { type: 'output_text', text: '', annotations: [] },
          }),
          ...halves(turn.text).map((delta) =>
            emit('response.output_text.delta', { ...place, content_index: 0, delta, logprobs: [] }),
          ),
          emit('response.output_text.done', { ...place, content_index: 0, text: turn.text, logprobs: [] }),
          emit('response.content_part.done', {
            ...place,
            content_index: 0,
            part: { type: 'output_text', text: turn.text, annotations: [] },
          }),
          emit('response.output_item.done', { output_index, item }),
        ];
  });
  // The order of evaluation gives the numbers: `created` and `in_progress` come first in the stream.
  return [
    event({ type: 'response.created', response: response(body, turn, false), sequence_number: -2 }, 'response.created'),
    ...output,
    emit('response.completed', { response: response(body, turn, true) }),
  ];
}
