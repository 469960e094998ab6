import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateHarness } from './gateHarness.ts';
import type { GateHarness, Seen } from './gateHarness.ts';

const WORDS = 200;
/** 9 bytes: by the least that text can be, 20 tokens of up to 8 bytes are at most 160 bytes, which the 18th word passes. */
const WORD = ' onwards!';

/** A provider that heeds no limit: 200 words, one a chunk, in either API. */
async function startEndless(): Promise<{ server: Server; url: string; left: string[] }> {
  const left: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => void answer(String(Buffer.concat(chunks))));
    const answer = async (body: string): Promise<void> => {
      const { model } = JSON.parse(body) as { model: string };
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.on('close', () => left.push(`${model} ${response.writableFinished ? 'at its end' : 'before its end'}`));
      const isClaude = request.url?.startsWith('/v1/messages') === true;
      const events = isClaude ? claudeEvents(model) : chatEvents(model);
      for (const event of events) {
        if (response.destroyed) return;
        response.write(event);
        await sleep(2);
      }
      response.end();
    };
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, left };
}

function* chatEvents(model: string): Generator<string> {
  const chunk = (delta: object, finish: string | null, usage?: object): string =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model, choices: usage === undefined ? [{ index: 0, delta, finish_reason: finish }] : [], usage: usage ?? null })}\n\n`;
  for (let word = 0; word < WORDS; word += 1) yield chunk({ content: WORD }, null);
  yield chunk({}, 'stop');
  yield chunk({}, null, { prompt_tokens: 3, completion_tokens: WORDS, total_tokens: WORDS + 3 });
  yield 'data: [DONE]\n\n';
}

function* claudeEvents(model: string): Generator<string> {
  const event = (data: { readonly type: string; readonly [key: string]: unknown }): string =>
    `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
  const usage = { input_tokens: 3, output_tokens: 1 };
  yield event({
    type: 'message_start',
    message: { id: 'm', type: 'message', role: 'assistant', model, content: [], usage },
  });
  yield event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } });
  for (let word = 0; word < WORDS; word += 1)
    yield event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: WORD } });
  yield event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: WORDS } });
  yield event({ type: 'message_stop' });
}

describe('a stream beyond the output it was granted', () => {
  let harness: GateHarness;
  let endless: Awaited<ReturnType<typeof startEndless>>;
  let seen: Readonly<Record<string, Seen>>;

  beforeAll(async () => {
    harness = await startGateHarness();
    endless = await startEndless();
    harness.policy.answerWith(({ call, idempotency_key }) => ({
      decision_id: `${String(call?.['model'])}/${idempotency_key}`,
      stop_streams: call?.['model'] !== 'm-unstopped',
    }));
    seen = await harness.run('gateCases.cjs', {
      GROUP: 'stream',
      OPENAI_BASE_URL: `${endless.url}/v1`,
      ANTHROPIC_BASE_URL: endless.url,
    });
  });

  afterAll(async () => {
    await harness[Symbol.asyncDispose]();
    endless.server.closeAllConnections();
    endless.server.close();
  });

  it('ends with PolicyDeniedError where the policy says so, as soon as it has surely passed it', () => {
    // 20 tokens granted: the 21st piece is the first beyond, and 21 × 9 = 189 bytes are 24 tokens of 8 bytes at least.
    expect(seen['stopped']?.value).toEqual([20, 'PolicyDeniedError', 'deny', true]);
    // Two events come before the first word.
    expect(seen['stoppedClaude']?.value).toEqual([22, 'PolicyDeniedError', 'deny', true]);
  });

  it('goes on where the policy does not', () => {
    expect(seen['unstopped']?.value).toEqual([WORDS + 1, null, null, false]);
  });

  it('has its connection closed, its span an estimate, and its reservation a part settled', () => {
    expect(endless.left).toEqual([
      'm-stopped before its end',
      'm-unstopped at its end',
      'm-stoppedClaude before its end',
    ]);
    // 21 × 9 characters at 4 a token: 48.
    const { attributes, status } = harness.spanOf('m-stopped');
    expect({ status, attributes }).toMatchObject({
      status: 'error',
      attributes: {
        'tollgate.usage.source': 'estimate',
        'gen_ai.usage.output_tokens': 48,
        'tollgate.policy.effect': 'allow',
      },
    });
    const settled = Object.fromEntries(
      harness.policy.settled.map(({ id, body }) => [decodeURIComponent(id).split('/')[0], body]),
    );
    expect(settled).toMatchObject({
      'm-stopped': { final: false, usage: { output: 48 } },
      'm-unstopped': { final: true, usage: { output: WORDS } },
      'm-stoppedClaude': { final: false, usage: { input_uncached: 3, output: 48 } },
    });
  });
});
