import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newObservation } from '../../../instrumentation/calls/operation.ts';
import { isFields } from '../../../instrumentation/fields.ts';
import { operationAt, readAnswer, readEvents } from './reading.ts';

const MISTRAL = 'https://api.mistral.ai/v1';
const COHERE = 'https://api.cohere.com';
const OLLAMA = 'http://127.0.0.1:11434/api';

describe('Mistral', () => {
  const usage = { prompt_tokens: 50, completion_tokens: 9, total_tokens: 59 };
  const choices = [{ index: 0, message: { content: 'Hello' }, finish_reason: 'stop' }];

  it.each([
    [{ prompt_tokens_details: { cached_tokens: 48 } }],
    [{ prompt_token_details: { cached_tokens: 48 } }],
    [{ num_cached_tokens: 48 }],
  ])('has what was cached inside its prompt: %o', (more) => {
    const { counts } = readAnswer(`${MISTRAL}/chat/completions`, { choices, usage: { ...usage, ...more } });
    expect(counts).toEqual({ input: 50, output: 9, cacheRead: 48 });
  });

  it('reads what a model thinks, in parts, as output', () => {
    const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] };
    const content = [thinking, { type: 'text', text: 'Hello' }];
    const chunk = { id: 'a', model: 'magistral', choices: [{ index: 0, delta: { content }, finish_reason: null }] };
    expect(readEvents(`${MISTRAL}/chat/completions`, [chunk])).toMatchObject({
      outputCharacters: 'HmHello'.length,
      responseId: 'a',
      responseModel: 'magistral',
    });
  });

  it('says by which tier it served inside the usage', () => {
    const answer = { choices, usage: { ...usage, service_tier: 'priority' } };
    expect(readAnswer(`${MISTRAL}/chat/completions`, answer).serviceTier).toBe('priority');
  });

  it('adds to a conversation what its connectors read', () => {
    const outputs = [{ type: 'message.output', id: 'msg_1', model: 'mistral-large' }];
    const answer = { conversation_id: 'conv_1', outputs, usage: { ...usage, connector_tokens: 200 } };
    expect(readAnswer(`${MISTRAL}/conversations`, answer)).toMatchObject({
      counts: { input: 50 + 200, output: 9 },
      responseId: 'msg_1',
      responseModel: 'mistral-large',
      usageIsFinal: true,
    });
  });

  it('keeps what was said before, and what an agent is told, at its own', () => {
    expect(operationAt(`${MISTRAL}/agents/completions`).request.remembered).toContain('agent_id');
    expect(operationAt(`${MISTRAL}/conversations`).request.remembered).toEqual(['agent_id']);
    expect(operationAt(`${MISTRAL}/conversations/conv_1`).request.remembered).toEqual(['inputs']);
  });

  it('counts embeddings by what was read, with no output', () => {
    const { counts } = readAnswer(`${MISTRAL}/embeddings`, { data: [], usage: { prompt_tokens: 5, total_tokens: 5 } });
    expect(counts).toEqual({ input: 5 });
  });
});

describe('Cohere', () => {
  const tokens = { input_tokens: 76, output_tokens: 20 };

  it('counts what it bills, which is less than it read', () => {
    const usage = { billed_units: { input_tokens: 5, output_tokens: 18 }, tokens, cached_tokens: 64 };
    expect(readAnswer(`${COHERE}/v2/chat`, { id: 'a', finish_reason: 'COMPLETE', usage })).toMatchObject({
      counts: { input: 5, output: 18 },
      responseId: 'a',
      finishReasons: ['COMPLETE'],
    });
  });

  it('counts what it read where it does not say what it bills', () => {
    expect(readAnswer(`${COHERE}/v2/chat`, { usage: { tokens } }).counts).toEqual({ input: 76, output: 20 });
  });

  it('bills the tokens of pictures apart', () => {
    const meta = { billed_units: { images: 1, image_tokens: 800, input_tokens: 4 } };
    expect(readAnswer(`${COHERE}/v2/embed`, { id: 'a', meta }).counts).toEqual({ input: 804, imageInput: 800 });
  });

  it('streams its answer, its plan and its calls, and the usage last', () => {
    const delta = (message: object) => ({ type: 'content-delta', delta: { message } });
    const events = [
      { type: 'message-start', id: 'a' },
      delta({ tool_plan: 'I look.' }),
      delta({ tool_calls: { function: { arguments: '{"a":1}' } } }),
      delta({ content: { text: 'Hello' } }),
    ];
    const end = { type: 'message-end', delta: { finish_reason: 'COMPLETE', usage: { tokens } } };
    expect(readEvents(`${COHERE}/v2/chat`, events)).toMatchObject({
      responseId: 'a',
      outputCharacters: 'I look.{"a":1}Hello'.length,
      usageIsFinal: false,
    });
    expect(readEvents(`${COHERE}/v2/chat`, [...events, end])).toMatchObject({
      counts: { input: 76, output: 20 },
      usageIsFinal: true,
    });
  });

  it('has one id for an answer of its first version, streamed or not', () => {
    const response = { response_id: 'exchange', generation_id: 'answer', meta: { tokens } };
    const events = [
      { event_type: 'stream-start', generation_id: 'answer' },
      { event_type: 'text-generation', text: 'Hello' },
      { event_type: 'stream-end', finish_reason: 'COMPLETE', response },
    ];
    expect(readAnswer(`${COHERE}/v1/chat`, response)).toMatchObject({ responseId: 'answer', counts: { input: 76 } });
    expect(readEvents(`${COHERE}/v1/chat`, events)).toMatchObject({
      responseId: 'answer',
      counts: { input: 76, output: 20 },
      outputCharacters: 5,
      finishReasons: ['COMPLETE'],
    });
  });
});

describe('Ollama', () => {
  const line = { model: 'llama3.2', message: { role: 'assistant', content: 'Hello', thinking: 'Hm' }, done: false };
  const end = {
    model: 'llama3.2',
    message: { content: '' },
    done: true,
    done_reason: 'stop',
    prompt_eval_count: 26,
    eval_count: 9,
  };

  it('counts with the line that ends a stream, and in a whole answer', () => {
    expect(readEvents(`${OLLAMA}/chat`, [line])).toMatchObject({
      usageIsFinal: false,
      outputCharacters: 'HelloHm'.length,
    });
    expect(readEvents(`${OLLAMA}/chat`, [line, end])).toMatchObject({
      counts: { input: 26, output: 9 },
      usageIsFinal: true,
      responseModel: 'llama3.2',
      finishReasons: ['stop'],
    });
    expect(readAnswer(`${OLLAMA}/generate`, { ...end, response: 'Hello' }).counts).toEqual({ input: 26, output: 9 });
  });

  it('counts nothing where it only loads a model', () => {
    const { counts, usage } = readAnswer(`${OLLAMA}/generate`, { model: 'm', done: true, done_reason: 'load' });
    expect({ counts, usage }).toEqual({ counts: {}, usage: null });
  });

  it('counts what an embedding read', () => {
    expect(readAnswer(`${OLLAMA}/embed`, { model: 'm', embeddings: [[1]], prompt_eval_count: 8 }).counts).toEqual({
      input: 8,
    });
  });

  it('limits its output among its options', () => {
    const limit = operationAt(`${OLLAMA}/chat`).outputLimit;
    expect(limit?.read({ options: { num_predict: 5 } })).toBe(5);
    // No limit at all.
    expect(limit?.read({ options: { num_predict: -1 } })).toBeNull();
    expect(limit?.write({ options: { seed: 1 } }, 9, 'host')).toEqual({ options: { seed: 1, num_predict: 9 } });
  });
});

it('reads whatever JSON there is without a fault, in every wire', () => {
  const addresses = [
    `${MISTRAL}/chat/completions`,
    `${MISTRAL}/conversations`,
    `${COHERE}/v1/chat`,
    `${COHERE}/v2/chat`,
    `${COHERE}/v2/embed`,
    `${OLLAMA}/chat`,
    'https://generativelanguage.googleapis.com/v1beta/models/m:generateContent',
    'https://generativelanguage.googleapis.com/v1beta/models/m:embedContent',
    'https://generativelanguage.googleapis.com/v1beta/interactions',
    'https://router.huggingface.co/v1/chat/completions',
  ];
  const names =
    'candidates content parts usageMetadata promptTokensDetails interaction delta usage choices outputs message meta billed_units done'.split(
      ' ',
    );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(null, true, 0, -1, NaN, 'text', 'STOP'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(fc.constantFrom(...addresses), value, (address, json) => {
      if (!isFields(json)) return;
      const operation = operationAt(address);
      const seen = newObservation();
      operation.readResponse(json, seen);
      operation.readEvent(json, seen);
      if (seen.usage !== null) operation.countTokens(seen.usage);
    }),
    { numRuns: 2_000, seed: 8 },
  );
});
