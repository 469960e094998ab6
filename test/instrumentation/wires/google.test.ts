import { describe, expect, it } from 'vitest';
import { askedFacts } from '../../../instrumentation/calls/priceFacts.ts';
import { operationAt, readAnswer, readEvents } from './reading.ts';

const GEMINI = 'https://generativelanguage.googleapis.com/v1beta';
const generate = `${GEMINI}/models/gemini-2.5-flash:generateContent`;
const candidate = { content: { parts: [{ text: 'Hello' }], role: 'model' }, finishReason: 'STOP', index: 0 };

describe('an answer of Gemini', () => {
  const usageMetadata = {
    promptTokenCount: 1_500,
    cachedContentTokenCount: 1_000,
    candidatesTokenCount: 40,
    thoughtsTokenCount: 200,
    toolUsePromptTokenCount: 60,
    totalTokenCount: 1_800,
    promptTokensDetails: [
      { modality: 'TEXT', tokenCount: 810 },
      { modality: 'AUDIO', tokenCount: 320 },
      { modality: 'IMAGE', tokenCount: 258 },
      { modality: 'VIDEO', tokenCount: 112 },
    ],
    cacheTokensDetails: [
      { modality: 'TEXT', tokenCount: 800 },
      { modality: 'AUDIO', tokenCount: 100 },
      { modality: 'IMAGE', tokenCount: 100 },
    ],
    toolUsePromptTokensDetails: [{ modality: 'TEXT', tokenCount: 60 }],
  };

  it('has thoughts beside its candidates, what tools read beside its prompt, and the cache inside it', () => {
    const { counts, usageIsFinal, finishReasons, responseId, responseModel } = readAnswer(generate, {
      candidates: [candidate],
      usageMetadata,
      modelVersion: 'gemini-2.5-flash',
      responseId: 'abc',
    });
    expect(counts).toEqual({
      input: 1_500 + 60,
      output: 40 + 200,
      cacheRead: 1_000,
      reasoning: 200,
      audioInput: 320,
      audioCacheRead: 100,
      // 258, of which 100 are among the cached.
      imageInput: 158,
    });
    expect({ usageIsFinal, finishReasons, responseId, responseModel }).toEqual({
      usageIsFinal: true,
      finishReasons: ['STOP'],
      responseId: 'abc',
      responseModel: 'gemini-2.5-flash',
    });
  });

  it('tells pictures and sound that it made apart, and counts the rest as text', () => {
    const { counts } = readAnswer(generate, {
      candidates: [candidate],
      usageMetadata: {
        promptTokenCount: 5,
        candidatesTokenCount: 1_306,
        candidatesTokensDetails: [
          { modality: 'TEXT', tokenCount: 16 },
          { modality: 'IMAGE', tokenCount: 1_290 },
        ],
      },
    });
    expect(counts).toEqual({ input: 5, output: 1_306, imageOutput: 1_290 });
  });

  it('counts nothing that it does not tell', () => {
    expect(readAnswer(generate, { candidates: [candidate] })).toMatchObject({ counts: {}, usageIsFinal: false });
    expect(readAnswer(generate, { usageMetadata: { promptTokenCount: 'many' } }).counts).toEqual({});
  });

  it('is billed where the prompt was blocked', () => {
    const { counts, finishReasons } = readAnswer(generate, {
      promptFeedback: { blockReason: 'SAFETY' },
      usageMetadata: { promptTokenCount: 9 },
    });
    expect({ counts, finishReasons }).toEqual({ counts: { input: 9 }, finishReasons: ['SAFETY'] });
  });

  it.each([
    [{ serviceTier: 'FLEX' }, 'flex'],
    [{ serviceTier: 'standard' }, 'standard'],
    [{ trafficType: 'ON_DEMAND' }, 'on_demand'],
    [{ trafficType: 'ON_DEMAND_PRIORITY' }, 'priority'],
    [{ trafficType: 'ON_DEMAND_FLEX' }, 'flex'],
    [{ trafficType: 'PROVISIONED_THROUGHPUT' }, 'provisioned_throughput'],
    [{}, null],
  ])('was served as %o says: %s', (more, tier) => {
    expect(readAnswer(generate, { usageMetadata: { promptTokenCount: 1, ...more } }).serviceTier).toBe(tier);
  });
});

describe('a stream of Gemini', () => {
  const stream = `${GEMINI}/models/gemini-2.5-flash:streamGenerateContent`;
  const piece = (text: string) => ({ candidates: [{ content: { parts: [{ text }] }, index: 0 }] });
  const first = { ...piece('Hel'), usageMetadata: { promptTokenCount: 7, thoughtsTokenCount: 90 } };

  it('is counted in full with the event that ends it', () => {
    const last = {
      candidates: [candidate],
      usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 2, thoughtsTokenCount: 90 },
    };
    expect(readEvents(stream, [first, last])).toMatchObject({
      counts: { input: 7, output: 2 + 90, reasoning: 90 },
      usageIsFinal: true,
      outputCharacters: 'HelHello'.length,
    });
  });

  it('is not before', () => {
    expect(readEvents(stream, [first])).toMatchObject({ counts: { input: 7, output: 90 }, usageIsFinal: false });
  });

  it('is counted in full by an event behind the one that ends it, too', () => {
    const usageMetadata = { promptTokenCount: 7, candidatesTokenCount: 2 };
    expect(readEvents(stream, [first, { candidates: [candidate] }, { usageMetadata }])).toMatchObject({
      counts: { input: 7, output: 2 + 90 },
      usageIsFinal: true,
    });
  });

  it('has the arguments of a function among what it answered', () => {
    const call = { candidates: [{ content: { parts: [{ functionCall: { name: 'f', args: { city: 'Here' } } }] } }] };
    expect(readEvents(stream, [call]).outputCharacters).toBe('{"city":"Here"}'.length);
  });
});

describe('embeddings', () => {
  it('of Gemini say what was read, where they say it', () => {
    const address = `${GEMINI}/models/gemini-embedding-2:embedContent`;
    expect(readAnswer(address, { embedding: {}, usageMetadata: { promptTokenCount: 12 } }).counts).toEqual({
      input: 12,
    });
    expect(readAnswer(address, { embedding: {} }).counts).toEqual({});
  });

  it('of Vertex AI count each text', () => {
    const address =
      'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/google/models/text-embedding-005:predict';
    const prediction = (token_count: number) => ({ embeddings: { values: [0.5], statistics: { token_count } } });
    expect(readAnswer(address, { predictions: [prediction(4), prediction(5)] }).counts).toEqual({ input: 4 + 5 });
  });
});

describe('an interaction', () => {
  const address = `${GEMINI}/interactions`;
  const usage = {
    total_input_tokens: 100,
    total_cached_tokens: 30,
    total_tool_use_tokens: 20,
    total_output_tokens: 40,
    total_thought_tokens: 10,
    input_tokens_by_modality: [{ modality: 'audio', tokens: 25 }],
  };
  const done = { id: 'i1', model: 'gemini-2.5-pro', status: 'completed' };

  it.each([
    // Thoughts outside: 100 + 20 + 40 + 10. Inside: 100 + 20 + 40.
    [170, 50],
    [160, 40],
    [undefined, 50],
  ])('with a total of %s has an output of %s', (total_tokens, output) => {
    expect(readAnswer(address, { ...done, usage: { ...usage, total_tokens } }).counts).toEqual({
      input: 120,
      output,
      cacheRead: 30,
      reasoning: 10,
      audioInput: 25,
    });
  });

  it('is whole with the event that completes it, and not with the one that creates it', () => {
    const created = { event_type: 'interaction.created', interaction: { ...done, status: 'in_progress' } };
    const delta = { event_type: 'step.delta', delta: { type: 'text', text: 'Hello' } };
    const completed = { event_type: 'interaction.completed', interaction: { ...done, usage } };
    expect(readEvents(address, [created, delta])).toMatchObject({ usageIsFinal: false, outputCharacters: 5 });
    expect(readEvents(address, [created, delta, completed])).toMatchObject({
      usageIsFinal: true,
      finishReasons: ['completed'],
      responseId: 'i1',
    });
  });
});

it('limits its output where each API has the setting', () => {
  const limit = operationAt(generate).outputLimit;
  const body = { contents: 'x', generationConfig: { temperature: 0, maxOutputTokens: 100 } };
  expect(limit?.read(body)).toBe(100);
  expect(limit?.write(body, 7, 'host')).toEqual({
    contents: 'x',
    generationConfig: { temperature: 0, maxOutputTokens: 7 },
  });
  expect(limit?.write({ contents: 'x' }, 7, 'host')).toEqual({
    contents: 'x',
    generationConfig: { maxOutputTokens: 7 },
  });
  const interaction = operationAt(`${GEMINI}/interactions`).outputLimit;
  expect(interaction?.write({ input: 'x' }, 7, 'host')).toEqual({
    input: 'x',
    generation_config: { max_output_tokens: 7 },
  });
});

it.each([
  [{ serviceTier: 'FLEX' }, { service_tier: 'flex' }],
  [{ serviceTier: 'unspecified' }, {}],
  [{ serviceTier: 'priority', service_tier: 'flex' }, { service_tier: 'flex' }],
  [{ serviceTier: { type: 'flex' } }, {}],
  [{}, {}],
])('is asked for a tier by %o: %o', (body, facts) => {
  expect(askedFacts(body)).toEqual(facts);
});
