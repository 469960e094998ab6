import Anthropic from '@anthropic-ai/sdk';
import OpenAI, { AzureOpenAI } from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startProvider } from '../../demo/provider/startProvider.ts';
import type { StandInProvider } from '../../demo/provider/startProvider.ts';

let provider: StandInProvider;
let openai: OpenAI;
let anthropic: Anthropic;

beforeEach(async () => {
  provider = await startProvider({ deployments: { prod: 'gpt-4o-mini' } });
  openai = new OpenAI({ apiKey: 'k', baseURL: `${provider.url}/v1`, maxRetries: 2 });
  anthropic = new Anthropic({ apiKey: 'k', baseURL: provider.url, maxRetries: 2 });
});
afterEach(() => provider.close());

const asking = (directives: string): { headers: Record<string, string> } => ({ headers: { 'x-stand-in': directives } });
const words = (count: number): string => Array.from({ length: count }, (_, index) => `w${index}`).join(' ');
const question = { role: 'user' as const, content: 'How much is it?' };

describe('chat completions', () => {
  it('counts a word a token and names the dated model', async () => {
    const answer = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages: [question], max_tokens: 5 });
    expect(answer).toMatchObject({
      object: 'chat.completion',
      model: 'gpt-4o-mini-2024-07-18',
      service_tier: 'default',
    });
    expect(answer.id).toMatch(/^chatcmpl-\w{29}$/);
    expect(answer.usage).toMatchObject({ prompt_tokens: 4, completion_tokens: 5, total_tokens: 9 });
    expect(answer.choices[0]).toMatchObject({
      finish_reason: 'length',
      message: { content: 'word1 word2 word3 word4 word5' },
    });
    expect(provider.billed).toMatchObject([
      { id: answer.id, api: 'chat.completions', tokens: { uncached: 4, output: 5 }, complete: true },
    ]);
  });

  it('streams the usage in a last chunk without choices, and only when asked for it', async () => {
    const stream = await openai.chat.completions.create(
      { model: 'gpt-5', messages: [question], stream: true, stream_options: { include_usage: true } },
      asking('output=20;reasoning=17'),
    );
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    // One opening chunk, 20 - 17 words, the finish, the usage.
    expect(chunks.map((chunk) => chunk.choices.length)).toEqual([1, 1, 1, 1, 1, 0]);
    expect(chunks.map((chunk) => chunk.usage?.completion_tokens ?? null)).toEqual([null, null, null, null, null, 20]);
    expect(chunks.at(-1)?.usage?.completion_tokens_details?.reasoning_tokens).toBe(17);
    const plain = await openai.chat.completions.create({ model: 'gpt-5', messages: [question], stream: true });
    for await (const chunk of plain) expect(chunk).not.toHaveProperty('usage');
  });

  it('serves a long first message out of its cache the second time, in steps of 128', async () => {
    const messages = [{ role: 'system' as const, content: words(1200) }, question];
    const first = await openai.chat.completions.create({ model: 'gpt-4o', messages });
    const second = await openai.chat.completions.create({ model: 'gpt-4o', messages });
    expect(first.usage?.prompt_tokens_details?.cached_tokens).toBe(0);
    // floor(1200 / 128) * 128 = 1152 of 1200 + 4 tokens
    expect(second.usage).toMatchObject({ prompt_tokens: 1204, prompt_tokens_details: { cached_tokens: 1152 } });
  });

  it('refuses parameters it does not know, and include_usage where nothing streams', async () => {
    const unknown = { model: 'gpt-4o', messages: [question], colour: 'blue' };
    await expect(openai.chat.completions.create(unknown)).rejects.toMatchObject({
      status: 400,
      code: 'unknown_parameter',
      param: 'colour',
    });
    const notStreamed = { model: 'gpt-4o', messages: [question], stream_options: { include_usage: true } };
    await expect(openai.chat.completions.create(notStreamed)).rejects.toMatchObject({ status: 400 });
    expect(provider.billed).toEqual([]);
  });

  it('calls a tool until a result came, through runTools', async () => {
    const lookUp = {
      name: 'look_up',
      parameters: {},
      description: 'Looks up',
      function: () => 'found',
      parse: JSON.parse,
    };
    const runner = openai.chat.completions.runTools(
      { model: 'gpt-4o', messages: [question], tools: [{ type: 'function', function: lookUp }] },
      asking('tool=look_up;output=2'),
    );
    expect(await runner.finalContent()).toBe('word1 word2');
    expect(provider.billed).toHaveLength(2);
  });

  it('answers Azure deployments with the model behind them', async () => {
    const azure = new AzureOpenAI({ apiKey: 'k', endpoint: provider.url, apiVersion: '2024-10-21' });
    const answer = await azure.chat.completions.create({ model: 'prod', messages: [question] });
    expect(answer.model).toBe('gpt-4o-mini-2024-07-18');
    expect(provider.requests[0]?.path).toBe('/openai/deployments/prod/chat/completions?api-version=2024-10-21');
  });
});

describe('the other OpenAI endpoints', () => {
  it('streams a response from created to completed, with the usage at the end', async () => {
    const stream = await openai.responses.create(
      { model: 'gpt-5-mini', input: 'one two three', instructions: 'be brief', stream: true },
      asking('output=10;reasoning=8;tier=flex;web_search=1'),
    );
    const events = [];
    for await (const event of stream) events.push(event);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    const last = events.at(-1);
    expect(events[0]?.type).toBe('response.created');
    expect(last).toMatchObject({
      type: 'response.completed',
      response: {
        service_tier: 'flex',
        usage: { input_tokens: 5, output_tokens: 10, output_tokens_details: { reasoning_tokens: 8 } },
      },
    });
  });

  it('answers a response in one piece, with output_text made of it', async () => {
    const answer = await openai.responses.create({ model: 'gpt-5-mini', input: 'one two three' }, asking('output=2'));
    expect(answer.output_text).toBe('word1 word2');
    expect(answer.id).toMatch(/^resp_/);
    await expect(
      openai.responses.create(
        JSON.parse('{"model":"m","input":"x","stream":true,"stream_options":{"include_usage":true}}'),
      ),
    ).rejects.toMatchObject({ status: 400, param: 'stream_options.include_usage' });
  });

  it('embeds, and completes as the legacy endpoint does', async () => {
    const embedding = await openai.embeddings.create({ model: 'text-embedding-3-small', input: ['a b', 'c'] });
    expect(embedding.usage).toEqual({ prompt_tokens: 3, total_tokens: 3 });
    expect(embedding.data.map((item) => item.embedding[1])).toEqual([0.5, 0.5]);
    const completion = await openai.completions.create({
      model: 'gpt-3.5-turbo-instruct',
      prompt: 'a b c',
      max_tokens: 2,
    });
    expect(completion).toMatchObject({
      choices: [{ text: 'word1 word2', finish_reason: 'length' }],
      usage: { total_tokens: 5 },
    });
    const stream = await openai.completions.create({
      model: 'gpt-3.5-turbo-instruct',
      prompt: 'a',
      stream: true,
      stream_options: { include_usage: true },
    });
    const totals = [];
    for await (const part of stream) totals.push(part.usage?.total_tokens ?? null);
    expect(totals.filter((total) => total !== null)).toEqual([17]);
  });
});

describe('messages', () => {
  const params = { model: 'claude-sonnet-4-6', max_tokens: 100, messages: [question] };

  it('writes a marked prefix to the cache, then reads it, beside input_tokens', async () => {
    const system = [
      { type: 'text' as const, text: words(1100), cache_control: { type: 'ephemeral' as const, ttl: '1h' as const } },
    ];
    const first = await anthropic.messages.create({ ...params, system });
    const second = await anthropic.messages.create({ ...params, system });
    expect(first.usage).toMatchObject({
      input_tokens: 4,
      cache_read_input_tokens: 0,
      cache_creation_input_tokens: 1100,
    });
    expect(first.usage.cache_creation).toEqual({ ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 1100 });
    expect(second.usage).toMatchObject({
      input_tokens: 4,
      cache_read_input_tokens: 1100,
      cache_creation_input_tokens: 0,
    });
  });

  it('streams input at the start and the cumulative output in message_delta, the same in the beta', async () => {
    const directives = asking('uncached=12;cache_read=8000;cache_write_5m=300;output=30;reasoning=20;web_search=2');
    const plain = await anthropic.messages.stream(params, directives).finalMessage();
    const beta = await anthropic.beta.messages.stream(params, directives).finalMessage();
    for (const message of [plain, beta]) {
      expect(message.usage).toMatchObject({ input_tokens: 12, cache_read_input_tokens: 8000, output_tokens: 30 });
      expect(message.usage.server_tool_use?.web_search_requests).toBe(2);
      expect(message.content).toMatchObject([{ type: 'thinking' }, { type: 'text' }]);
    }
    const raw = await anthropic.messages.create({ ...params, stream: true }, directives);
    const types = [];
    for await (const event of raw) types.push(event.type);
    expect([types[0], types.at(-2), types.at(-1)]).toEqual(['message_start', 'message_delta', 'message_stop']);
    expect(provider.billed).toHaveLength(3);
  });

  it('counts tokens without a bill', async () => {
    const count = await anthropic.messages.countTokens({ model: params.model, messages: [question] });
    expect(count).toEqual({ input_tokens: 4 });
    expect(provider.billed).toEqual([]);
  });
});

describe('faults', () => {
  const body = { model: 'gpt-4o', messages: [question] };

  it.each([400, 401, 404])('refuses with %i and bills nothing', async (status) => {
    await expect(openai.chat.completions.create(body, asking(`status=${status}`))).rejects.toMatchObject({ status });
    await expect(
      anthropic.messages.create({ ...body, max_tokens: 9 }, asking(`status=${status}`)),
    ).rejects.toMatchObject({ status });
    expect(provider.billed).toEqual([]);
    expect(provider.requests.map((request) => request.status)).toEqual([status, status]);
  });

  it('fails as often as asked, then answers: the clients retry', async () => {
    await openai.chat.completions.create(body, asking('status=500;times=2'));
    await anthropic.messages.create({ ...body, max_tokens: 9 }, asking('status=429;times=1'));
    expect(provider.requests.map((request) => request.status)).toEqual([500, 500, 200, 429, 200]);
    expect(provider.billed).toHaveLength(2);
  });

  it('resets a stream after so many events, and bills it as incomplete', async () => {
    const stream = await openai.chat.completions.create(
      { ...body, stream: true },
      asking('reset_after=3;chunk_delay_ms=2'),
    );
    let seen = 0;
    const read = async (): Promise<void> => {
      for await (const chunk of stream) seen += chunk.choices.length;
    };
    await expect(read()).rejects.toThrow('terminated');
    expect(seen).toBeLessThanOrEqual(3);
    expect(provider.billed).toMatchObject([{ complete: false, streamed: true }]);
  });

  it('bills a stream that the client leaves as incomplete', async () => {
    const stream = await openai.chat.completions.create({ ...body, stream: true }, asking('chunk_delay_ms=20'));
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content === 'word1') break;
    await expect.poll(() => provider.billed).toMatchObject([{ complete: false, tokens: { output: 16 } }]);
  });

  it('names an x-stand-in pair that it does not know', async () => {
    await expect(openai.chat.completions.create(body, asking('speed=9'))).rejects.toThrow(
      'x-stand-in: unknown name "speed"',
    );
  });

  it('wants a key', async () => {
    const client = new OpenAI({ apiKey: 'invalid', baseURL: `${provider.url}/v1` });
    await expect(client.chat.completions.create(body)).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
  });
});
