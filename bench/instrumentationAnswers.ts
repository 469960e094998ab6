/** Answers of an OpenAI chat, without a network: the model's name is the number of chunks; any other name gets a whole answer. */
export const SHORT_CHUNKS = 10;
export const LONG_CHUNKS = 210;

const usage = {
  prompt_tokens: 12,
  completion_tokens: 200,
  total_tokens: 212,
  prompt_tokens_details: { cached_tokens: 4 },
};
const identity = { id: 'chatcmpl-1', created: 1_760_000_000, model: 'gpt-4o-2024-08-06', service_tier: 'default' };
const completion = JSON.stringify({
  ...identity,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'An answer of some length. '.repeat(8), refusal: null },
      finish_reason: 'stop',
    },
  ],
  usage,
});
const streams = new Map([SHORT_CHUNKS, LONG_CHUNKS].map((chunks) => [String(chunks), eventStream(chunks)]));

function eventStream(chunks: number): string {
  const chunk = (choices: object[], more: object): string =>
    `data: ${JSON.stringify({ ...identity, object: 'chat.completion.chunk', choices, ...more })}\n\n`;
  const word = chunk([{ index: 0, delta: { content: ' word' }, logprobs: null, finish_reason: null }], { usage: null });
  const last = chunk([{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }], { usage: null });
  return `${word.repeat(chunks - 1)}${last}${chunk([], { usage })}data: [DONE]\n\n`;
}

export function answerModel(model: string): Response {
  const stream = streams.get(model);
  return stream === undefined
    ? new Response(completion, { headers: { 'content-type': 'application/json' } })
    : new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
}
