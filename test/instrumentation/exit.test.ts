import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startProvider } from '../support/provider/startProvider.ts';
import type { StandInProvider } from '../support/provider/startProvider.ts';
import { startPolicyServer } from './policyServer.ts';
import { readSpans, startReceiver } from './receiver.ts';
import type { Receiver, RecordedSpan } from './receiver.ts';
import { environmentFor, makeHome, runApp } from './runApp.ts';
import type { AppEnd, AppOptions } from './runApp.ts';

let provider: StandInProvider;
let receiver: Receiver;
let home: ReturnType<typeof makeHome>;

beforeEach(async () => {
  provider = await startProvider();
  receiver = await startReceiver();
  home = makeHome();
});

afterEach(async () => {
  await provider.close();
  await receiver.close();
  home.remove();
});

/** Nothing listens on the discard port of a test machine. */
const NOWHERE = 'http://127.0.0.1:9';

/** Kills the process as soon as it has said that it is ready and `isTime`. */
const killWhen =
  (isTime: () => boolean): NonNullable<AppOptions['onStdout']> =>
  (_text, kill) => {
    const timer = setInterval(() => {
      if (!isTime()) return;
      clearInterval(timer);
      kill('SIGKILL');
    }, 10);
  };

const run = (end: string, options: AppOptions = {}): Promise<AppEnd> =>
  runApp('oneCall.cjs', {
    ...options,
    environment: { ...environmentFor(provider.url, receiver.url, home.path), END: end, ...options.environment },
  });

const models = (): unknown[] => modelsOf(receiver.spans);

const spooled = (): string[] =>
  readdirSync(home.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/**
 * Every span, once. On a busy machine the thread that sends may not start in the second that an exit takes at most: then the
 * span is on disk, and the next process sends it. Nothing may be in neither place.
 */
async function arrived(): Promise<RecordedSpan[]> {
  const distinct = (spans: readonly RecordedSpan[]): RecordedSpan[] => [
    ...new Map(spans.map((span) => [span.spanId, span])).values(),
  ];
  const kept = spooled().flatMap((file) => readSpans('protobuf', readFileSync(file)));
  const all = distinct([...receiver.spans, ...kept]);
  if (spooled().length > 0) {
    const { code, signal, stderr } = await sendKept();
    expect({ code, signal, stderr }).toEqual({ code: null, signal: 'SIGKILL', stderr: '' });
  }
  expect(spooled()).toEqual([]);
  expect(new Set(receiver.spans.map(({ spanId }) => spanId))).toEqual(new Set(all.map(({ spanId }) => spanId)));
  return all;
}

/** A process that lives until nothing is kept any more. */
const sendKept = (): Promise<AppEnd> => run('idle', { onStdout: killWhen(() => spooled().length === 0) });

const modelsOf = (spans: readonly RecordedSpan[]): unknown[] =>
  spans.map(({ attributes }) => attributes['gen_ai.request.model']);

describe('a process that ends', () => {
  it.each([
    ['natural', 0],
    ['exit', 0],
    ['exitWithCode', 7],
    ['throw', 1],
    ['reject', 1],
  ])('by %s with code %i has its span received, and ends as it would', async (end, code) => {
    const ended = await run(end);
    expect({ code: ended.code, signal: ended.signal, models: modelsOf(await arrived()) }).toEqual({
      code,
      signal: null,
      models: ['one-call'],
    });
    expect(ended.stderr.includes('Error: mine')).toBe(end === 'throw' || end === 'reject');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('by %s dies of it, with its span received', async (signal) => {
    const ended = await run('wait', { onStdout: (_text, kill) => kill(signal) });
    expect({ code: ended.code, signal: ended.signal, models: modelsOf(await arrived()) }).toEqual({
      code: null,
      signal,
      models: ['one-call'],
    });
    expect(ended.durationMs).toBeLessThan(15_000);
  });

  it('leaves a signal to a handler of the application, even one that handles it once', async () => {
    const ended = await run('handleOnce', { onStdout: (text, kill) => text === 'ready' && kill('SIGTERM') });
    expect({ code: ended.code, signal: ended.signal, models: modelsOf(await arrived()) }).toEqual({
      code: 3,
      signal: null,
      models: ['one-call'],
    });
  });

  it('lives on when the application ignores a signal', async () => {
    const ended = await run('ignoreFirst', {
      onStdout: (text, kill) => (text === 'ready' || text === 'readyignored1') && kill('SIGTERM'),
    });
    expect({ code: ended.code, stdout: ended.stdout, models: modelsOf(await arrived()) }).toEqual({
      code: 4,
      stdout: 'readyignored1ignored2',
      models: ['one-call'],
    });
  });

  it('dies of a signal where a handler of the application counts its own before it decides', async () => {
    const ended = await run('countListeners', { onStdout: (text, kill) => text === 'ready' && kill('SIGTERM') });
    expect({ code: ended.code, signal: ended.signal, models: modelsOf(await arrived()) }).toEqual({
      code: null,
      signal: 'SIGTERM',
      models: ['one-call'],
    });
  });

  it('is not ended by a signal that the application only emits', async () => {
    const { code, signal } = await run('emitSignal');
    expect({ code, signal, models: modelsOf(await arrived()) }).toEqual({
      code: 0,
      signal: null,
      models: ['one-call'],
    });
  });

  it('by a listener for its exit that exits has its span received, and what a listener records as well', async () => {
    expect([(await run('exitInExit')).code, modelsOf(await arrived())]).toEqual([5, ['one-call']]);
    receiver.spans.length = 0;
    expect((await run('recordInExit')).code).toBe(0);
    expect(modelsOf(await arrived())).toEqual(['one-call', 'recorded']);
  });

  it('in the middle of a stream has the stream received with an estimate', async () => {
    await run('exitInStream');
    const spans = await arrived();
    expect(modelsOf(spans)).toEqual(['one-call', 'open-stream']);
    // "word1" is 5 characters: 2 tokens.
    expect(spans[1]?.attributes).toMatchObject({
      'gen_ai.usage.output_tokens': 2,
      'tollgate.usage.source': 'estimate',
    });
  });

  it('before an answer came has the call received as failed, without usage', async () => {
    await run('exitInFlight');
    const spans = await arrived();
    expect(modelsOf(spans)).toEqual(['one-call', 'in-flight']);
    const [, span] = spans;
    expect({
      status: span?.status,
      type: span?.attributes['error.type'],
      source: span?.attributes['tollgate.usage.source'],
    }).toEqual({
      status: 'error',
      type: 'no_response',
      source: undefined,
    });
  });
});

describe('a process that is killed', () => {
  it('loses the spans that ended since its last export, and no other', async () => {
    const environment = { OTEL_BSP_SCHEDULE_DELAY: '10' };
    await run('wait', { environment, onStdout: killWhen(() => models().length === 1) });
    expect(models()).toEqual(['one-call']);

    receiver.spans.length = 0;
    await run('wait', { environment: { OTEL_BSP_SCHEDULE_DELAY: '3600000' }, onStdout: killWhen(() => true) });
    expect([models(), spooled()]).toEqual([[], []]);
  });

  it('in the middle of a call settles nothing, so that its reservation expires and is presumed spent', async () => {
    const policy = await startPolicyServer();
    try {
      const { signal } = await run('inFlight', {
        environment: { TOLLGATE_POLICY_URL: policy.url },
        onStdout: killWhen(() => policy.asked.length === 2 && policy.settled.length === 1),
      });
      expect(signal).toBe('SIGKILL');
      expect(policy.asked.map(({ call }) => call?.['model'])).toEqual(['one-call', 'in-flight']);
      // The first call's, which reported its usage.
      expect(policy.settled.map(({ body }) => body)).toMatchObject([{ usage: { output: 16 }, final: true }]);
    } finally {
      await policy.close();
    }
  });
});

describe('a receiver out of reach', () => {
  it.each(['natural', 'exit'])(
    'costs a process that ends by %s little time, and the next one sends the span',
    async (end) => {
      const port = new URL(receiver.url).port;
      await receiver.close();
      const down = await run(end);
      expect({ code: down.code, spans: receiver.spans.length, files: spooled().length }).toEqual({
        code: 0,
        spans: 0,
        files: 1,
      });
      expect(down.durationMs).toBeLessThan(10_000);

      receiver = await startReceiver(Number(port));
      await run('natural');
      // Its own, and the other's.
      expect(modelsOf(await arrived())).toEqual(['one-call', 'one-call']);
    },
  );

  it('gets what is kept while the process lives, also where it is out of reach again in between', async () => {
    receiver.answerWith((count) => (count === 0 || count === 2 ? 503 : 200));
    await run('callOn', {
      environment: { OTEL_BSP_SCHEDULE_DELAY: '10' },
      onStdout: killWhen(() => models().includes('one-call')),
    });
    expect(models()).toContain('one-call');
  });

  it('has all exports of a process kept, not the first alone', async () => {
    await run('callTwiceMore', {
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: NOWHERE, OTEL_BSP_SCHEDULE_DELAY: '10' },
    });
    const kept = spooled().map((file) => readFileSync(file, 'latin1'));
    const has = (model: string): boolean => kept.some((text) => text.includes(model));
    expect([has('one-call'), has('second-call'), has('third-call')]).toEqual([true, true, true]);
  });

  it('leaves files that nobody else can read', async () => {
    await run('exit', { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: NOWHERE } });
    const [file = ''] = spooled();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
  });

  it('is said in one line, on whose behalf nothing fails', async () => {
    const { stderr } = await run('natural', { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: NOWHERE } });
    expect(stderr).toBe(
      'tollgate: cannot reach the receiver: connect ECONNREFUSED 127.0.0.1:9; spans are kept on disk and sent later\n',
    );
    const quiet = await run('natural', {
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: NOWHERE, OTEL_LOG_LEVEL: 'none' },
    });
    expect(quiet.stderr).toBe('');
  });

  it('that takes connections and never answers holds a finished process for 2 s, not longer', async () => {
    receiver.answerWith('hang');
    const { code, stdout } = await run('held');
    expect(code).toBe(0);
    expect(Number(stdout)).toBeGreaterThan(1_900);
    // An export is given up after 10 s.
    expect(Number(stdout)).toBeLessThan(8_000);
    expect(spooled()).toHaveLength(1);
  });

  it('keeps the spans of one destination and key from every other', async () => {
    await run('exit', { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: NOWHERE, TOLLGATE_API_KEY: 'tg_one' } });
    await run('natural', { environment: { TOLLGATE_API_KEY: 'tg_two' } });
    expect(models()).toEqual(['one-call']);
    expect(receiver.exports.map(({ headers }) => headers.authorization)).toEqual(['Bearer tg_two']);
    expect(spooled()).toHaveLength(1);
  });
});

describe('a receiver that refuses', () => {
  it('for good is not asked again, and the loss is said', async () => {
    receiver.answerWith(401);
    const { stderr } = await run('natural');
    expect(stderr).toBe('tollgate: the receiver refused spans: HTTP status 401; they are lost\n');
    expect(spooled()).toEqual([]);
  });

  it('for now gets the spans later', async () => {
    receiver.answerWith(503);
    await run('natural');
    expect(spooled()).toHaveLength(1);
    receiver.answerWith(200);
    await run('natural');
    expect(modelsOf(await arrived())).toEqual(['one-call', 'one-call']);
  });
});
