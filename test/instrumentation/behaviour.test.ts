import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProvider } from '../support/provider/startProvider.ts';
import type { RecordedRequest, StandInProvider } from '../support/provider/startProvider.ts';
import { startReceiver } from './receiver.ts';
import type { Receiver, RecordedSpan } from './receiver.ts';
import { asExpected, compared, ofModel } from '../clients/support/expectation.ts';
import type { ExpectedSpan } from '../clients/support/expectation.ts';
import { anthropicSpans, anthropicUnrecorded } from './anthropicSpans.ts';
import { openaiBetaSpans, openaiModels, openaiSpans, openaiUnrecorded } from './openaiSpans.ts';
import { PRELOAD, environmentFor, makeHome, runApp } from './runApp.ts';

interface Seen {
  readonly value?: unknown;
  readonly error?: unknown;
  readonly unhandled: unknown[];
}

interface Run {
  readonly seen: Readonly<Record<string, Seen>>;
  readonly requests: readonly RecordedRequest[];
  readonly stderr: string;
  readonly spans: readonly RecordedSpan[];
}

/** OTLP `SPAN_KIND_CLIENT`. */
const CLIENT = 3;

/** The application runs the scenarios of both SDKs, Anthropic's with a prefix: both have a `chat`. */
const named = (spans: Readonly<Record<string, readonly ExpectedSpan[]>>): Record<string, readonly ExpectedSpan[]> =>
  Object.fromEntries(
    Object.entries(spans).map(([name, all]) => [
      `anthropic-${name}`,
      JSON.parse(JSON.stringify(all).replaceAll(/\bm-/g, 'm-anthropic-')) as ExpectedSpan[],
    ]),
  );
const expectedSpans = { ...openaiSpans, ...openaiBetaSpans, ...named(anthropicSpans({ hasThreads: true })) };
const unrecorded = [...openaiUnrecorded, ...anthropicUnrecorded.map((name) => `anthropic-${name}`)];

let provider: StandInProvider;
let receiver: Receiver;
const home = makeHome();

beforeAll(async () => {
  provider = await startProvider();
  receiver = await startReceiver();
});

afterAll(async () => {
  await provider.close();
  await receiver.close();
  home.remove();
});

async function run(file: string, nodeArguments: readonly string[]): Promise<Run> {
  provider.requests.length = 0;
  receiver.spans.length = 0;
  const end = await runApp(file, { nodeArguments, environment: environmentFor(provider.url, receiver.url, home.path) });
  expect({ code: end.code, stdout: end.stdout === '' ? end.stderr : '' }).toEqual({ code: 0, stdout: '' });
  const { requests } = provider;
  return {
    seen: JSON.parse(settle(end.stdout)) as Run['seen'],
    requests: JSON.parse(settle(JSON.stringify(requests))) as RecordedRequest[],
    stderr: end.stderr,
    spans: [...receiver.spans],
  };
}

/** Times of creation and ids of tool calls are the only things two runs may differ in. */
const settle = (json: string): string =>
  json
    .replaceAll(/(\\*"(?:created|created_at|completed_at)\\*":)[\d.]+/g, '$10')
    .replaceAll(/\b(call_|toolu_|rs_|msg_|fc_|ws_|req_)[A-Za-z0-9]{16,}/g, '$1id');

/** What went over the wire, but for the option that is ours. */
function wire(requests: readonly RecordedRequest[]): unknown[] {
  return requests.map(({ method, path, headers, body }) => {
    const { stream_options: _option, ...rest } = body as Record<string, unknown>;
    const names = Object.keys(headers).filter((name) => name !== 'content-length');
    return { method, path, body: rest, headers: names.toSorted() };
  });
}

describe.each(['scenarios.cjs', 'scenarios.mjs'])('an application (%s) with the preload', (file) => {
  let plain: Run;
  let preloaded: Run;

  beforeAll(async () => {
    plain = await run(file, []);
    preloaded = await run(file, PRELOAD);
  });

  it('sees what it sees without, in every scenario: values, chunks, errors, unhandled rejections', () => {
    expect(Object.keys(plain.seen).length).toBeGreaterThan(70);
    for (const [name, seen] of Object.entries(plain.seen))
      expect({ name, ...preloaded.seen[name] }).toEqual({ name, ...seen });
  });

  it('raises one unhandledRejection for a failed call nobody awaits, and none for those that are', () => {
    const raised = Object.entries(preloaded.seen).filter(([, { unhandled }]) => unhandled.length > 0);
    expect(raised.map(([name, { unhandled }]) => [name, unhandled.length])).toEqual([
      ['unhandledFailure', 1],
      ['anthropic-unhandledFailure', 1],
    ]);
  });

  it('sends the provider what it sends without, but for stream_options, and no trace header', () => {
    const refused = preloaded.requests.filter(
      ({ status, body }) => status === 400 && JSON.stringify(body).includes('RefusesOption'),
    );
    // The host refused the option once: that request went again without it.
    expect(refused).toHaveLength(1);
    expect(wire(preloaded.requests.filter((request) => !refused.includes(request)))).toEqual(wire(plain.requests));
    const headers = new Set(preloaded.requests.flatMap((request) => Object.keys(request.headers)));
    expect([...headers].filter((name) => /trace|baggage|tollgate/.test(name))).toEqual([]);
  });

  it('writes nothing to stderr that the application does not', () => {
    expect(withoutPids(preloaded.stderr)).toEqual(withoutPids(plain.stderr));
  });

  it("leaves one span a call with the provider's tokens, tiers, finish reasons and errors", () => {
    const models: Readonly<Record<string, string>> = openaiModels;
    const spansOf = (name: string): RecordedSpan[] => ofModel(preloaded.spans, models[name] ?? `m-${name}`);
    expect(Object.keys(preloaded.seen).toSorted()).toEqual([...Object.keys(expectedSpans), ...unrecorded].toSorted());
    for (const [name, expected] of Object.entries(expectedSpans))
      expect({ name, found: asExpected(spansOf(name), expected) }).toEqual({ name, found: compared(expected) });
    for (const name of unrecorded) expect(spansOf(name)).toEqual([]);
    expect(new Set(preloaded.spans.map(({ kind }) => kind))).toEqual(new Set([CLIENT]));
  });

  it('gives the time to the first chunk of streams in seconds, and of nothing else', () => {
    const timed = preloaded.spans.filter(
      ({ attributes }) => attributes['gen_ai.response.time_to_first_chunk'] !== undefined,
    );
    for (const { attributes } of timed) {
      expect(attributes['gen_ai.request.model']).toMatch(/stream|helper|break|abort|reader/i);
      expect(attributes['gen_ai.response.time_to_first_chunk']).toBeGreaterThan(0);
      expect(attributes['gen_ai.response.time_to_first_chunk']).toBeLessThan(10);
    }
    expect(timed.length).toBeGreaterThan(25);
  });

  it('gives the sizes and hashes of every request, the same for the same, and nothing of its words', () => {
    const shapeOf = (model: string): RecordedSpan['attributes'] | undefined =>
      preloaded.spans.find(({ attributes }) => attributes['gen_ai.request.model'] === model)?.attributes;
    const [chat, streamed] = [shapeOf('m-chat'), shapeOf('m-stream')];
    // "one two three" has 13 bytes.
    expect(chat).toMatchObject({ 'tollgate.request.bytes.user': 13, 'tollgate.request.messages': 1 });
    expect(chat?.['tollgate.request.hash']).toMatch(/^[0-9a-f]{16}$/);
    expect(streamed?.['tollgate.request.hash']).toBe(chat?.['tollgate.request.hash']);
    const unmeasured = preloaded.spans.filter(
      ({ attributes }) => attributes['tollgate.request.messages'] === undefined,
    );
    expect(unmeasured.map(({ attributes }) => attributes['gen_ai.request.model'])).toEqual([]);
  });

  it('says where the spans come from', () => {
    expect(new Set(preloaded.spans.map(({ scope }) => scope))).toEqual(new Set([`@tollgate/node ${packageVersion}`]));
    expect(new Set(preloaded.spans.map(({ resource }) => resource['service.name']))).toEqual(
      new Set(['app-under-test']),
    );
  });
});

const { version: packageVersion } = JSON.parse(readFileSync('instrumentation/package.json', 'utf8')) as {
  version: string;
};

const withoutPids = (text: string): string => text.replaceAll(/\(node:\d+\)/g, '');
