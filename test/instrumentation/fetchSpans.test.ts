import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProvider } from '../support/provider/startProvider.ts';
import type { RecordedRequest, StandInProvider } from '../support/provider/startProvider.ts';
import { startFetchServer } from './fetchServer.ts';
import type { FetchServer } from './fetchServer.ts';
import { startReceiver } from './receiver.ts';
import type { Receiver, RecordedSpan } from './receiver.ts';
import { PRELOAD, environmentFor, makeHome, runApp } from './runApp.ts';

interface Run {
  readonly seen: Readonly<Record<string, unknown>>;
  readonly requests: readonly RecordedRequest[];
  readonly spans: readonly RecordedSpan[];
}

let provider: StandInProvider;
let receiver: Receiver;
let server: FetchServer;
let plain: Run;
let preloaded: Run;
const home = makeHome();

beforeAll(async () => {
  [provider, receiver, server] = await Promise.all([startProvider(), startReceiver(), startFetchServer()]);
  plain = await run([]);
  preloaded = await run(PRELOAD);
});

afterAll(async () => {
  await Promise.all([provider.close(), receiver.close(), server.close()]);
  home.remove();
});

async function run(nodeArguments: readonly string[]): Promise<Run> {
  provider.requests.length = 0;
  receiver.spans.length = 0;
  const environment = { ...environmentFor(provider.url, receiver.url, home.path), STEPS_URL: server.url };
  const end = await runApp('fetchCalls.cjs', { nodeArguments, environment });
  expect({ code: end.code, stderr: end.stderr }).toEqual({ code: 0, stderr: '' });
  return {
    seen: JSON.parse(end.stdout) as Run['seen'],
    requests: [...provider.requests],
    spans: [...receiver.spans],
  };
}

/** What a call by fetch leaves, as far as it does not follow from host and wire. */
function spansOf(name: string): unknown[] {
  const counted: readonly string[] = [
    'gen_ai.usage.input_tokens',
    'gen_ai.usage.output_tokens',
    'tollgate.usage.source',
    'gen_ai.response.finish_reasons',
    'http.request.resend_count',
    'error.type',
  ];
  return preloaded.spans
    .filter(({ attributes }) => attributes['gen_ai.request.model'] === `m-${name}`)
    .map(({ name: spanName, status, attributes }) => [
      spanName.split(' ')[0],
      status,
      ...counted.filter((key) => attributes[key] !== undefined).map((key) => attributes[key]),
      ...(attributes['gen_ai.response.time_to_first_chunk'] === undefined ? [] : ['streamed']),
    ]);
}

/** The stand-in counts a word a token and answers with 16. */
const CHAT = ['chat', 'unset', 3, 16, 'provider', ['stop']];
const STREAM = [...CHAT, 'streamed'];
const GIVEN = ['chat', 'unset', 7, 1, 'provider', ['stop'], 'streamed'];

describe('a call that an application makes by fetch', () => {
  it('gives the application what it gives without the preload, in every case', () => {
    expect(Object.keys(plain.seen).length).toBeGreaterThan(22);
    for (const [name, seen] of Object.entries(plain.seen))
      expect({ name, seen: preloaded.seen[name] }).toEqual({ name, seen });
  });

  it.each([
    ['chat', [CHAT]],
    ['stream', [STREAM]],
    ['streamWithUsage', [STREAM]],
    ['responses', [['chat', 'unset', 2, 16, 'provider', ['completed']]]],
    ['responsesStream', [['chat', 'unset', 2, 16, 'provider', ['completed'], 'streamed']]],
    ['embeddings', [['embeddings', 'unset', 2, 'provider']]],
    ['anthropic', [['chat', 'unset', 3, 16, 'provider', ['end_turn']]]],
    ['anthropicStream', [['chat', 'unset', 3, 16, 'provider', ['end_turn'], 'streamed']]],
    ['asRequest', [STREAM]],
    ['asBytes', [CHAT.slice(0, 2)]],
    ['counted', [STREAM]],
    ['retried', [['chat', 'unset', 2]]],
    ['error400', [['chat', 'error', '400']]],
    ['error500', [['chat', 'error', '500']]],
    ['errorNetwork', [['chat', 'error', 'TypeError']]],
    ['neverRead', [['chat', 'unset']]],
    // `[{role: "user", content: "one two three"}]` has 4 + 13 = 17 characters, the piece that was read 3: 5 and 1 at 4 a token.
    ['streamBreak', [['chat', 'unset', 5, 1, 'estimate', 'streamed']]],
    ['streamAbort', [['chat', 'error', 5, 1, 'estimate', 'AbortError', 'streamed']]],
    ['streamCut', [['chat', 'error', 5, 1, 'estimate', 'TypeError', 'streamed']]],
    ['streamLeft', [['chat', 'unset']]],
    ['streamFailed', [['chat', 'error', 5, 1, 'estimate', 'overloaded_error', 'streamed']]],
    ['streamOfLines', [GIVEN]],
    ['streamUnnamed', [GIVEN]],
    ['streamWithoutEnd', [GIVEN]],
    ['streamAsText', [GIVEN]],
    ['notStreamed', [GIVEN.slice(0, -1)]],
    ['notAnAnswer', [['chat', 'unset']]],
    // The host refuses the option we added. 16 words of 5 and 6 letters and 15 blanks are 102 characters: 26 tokens.
    ['streamOptionRefused', [['chat', 'unset', 5, 26, 'estimate', ['stop'], 'streamed']]],
    ['bySdk', [CHAT]],
  ])('leaves one span: %s', (name, spans) => {
    expect(spansOf(name)).toEqual(spans);
  });

  it.each([['fileOfCalls'], ['unlike'], ['byGet']])('leaves none for what is no call: %s', (name) => {
    expect(spansOf(name)).toEqual([]);
  });

  it('reaches the provider as without, but for the option that asks for usage, and every digit as it was', () => {
    const asks = '"stream_options":{"include_usage":true}';
    const sent = (requests: readonly RecordedRequest[]): string[] =>
      requests.map(({ path, body }) => `${path} ${JSON.stringify(body)}`);
    const refused = sent(preloaded.requests).filter((each) => each.includes('m-streamOptionRefused'));
    expect(refused.map((each) => each.includes(asks))).toEqual([true, false]);
    const others = sent(preloaded.requests).filter((each) => each !== refused[0]);
    const without = others.map((each) => (each.includes('streamWithUsage') ? each : each.replace(`,${asks}`, '')));
    expect(without).toEqual(sent(plain.requests));
    const asking = others.filter((each) => each.includes(asks)).map((each) => /"m-(\w+)"/.exec(each)?.[1]);
    expect(asking).toEqual(['stream', 'streamWithUsage', 'asRequest', 'counted']);
  });
});
