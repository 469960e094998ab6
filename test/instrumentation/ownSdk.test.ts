import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startProvider } from '../support/provider/startProvider.ts';
import type { StandInProvider } from '../support/provider/startProvider.ts';
import { startReceiver } from './receiver.ts';
import type { Receiver } from './receiver.ts';
import { PRELOAD, environmentFor, makeHome, runApp } from './runApp.ts';
import type { AppEnd } from './runApp.ts';

interface PrintedSpan {
  readonly name: string;
  readonly scope: string;
  readonly parent?: string;
  readonly user?: string;
  readonly agent?: string;
}

let provider: StandInProvider;
let receiver: Receiver;
const home = makeHome();

beforeAll(async () => {
  provider = await startProvider();
  receiver = await startReceiver();
});

beforeEach(() => {
  receiver.spans.length = 0;
  provider.requests.length = 0;
});

afterAll(async () => {
  await provider.close();
  await receiver.close();
  home.remove();
});

const run = (
  file: string,
  environment: Record<string, string>,
  nodeArguments: readonly string[] = PRELOAD,
): Promise<AppEnd> =>
  runApp(file, {
    nodeArguments,
    environment: { ...environmentFor(provider.url, receiver.url, home.path), ...environment },
  });

const printed = ({ stdout }: AppEnd): PrintedSpan[] =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as PrintedSpan);

describe('an application with an OpenTelemetry SDK of its own', () => {
  it.each([
    ['set up in its code, after the preload', 'in-code', PRELOAD],
    ['set up before the preload', 'at-require', ['--require', './sdk.cjs', ...PRELOAD]],
  ])('%s, gets every span once, and the receiver of the preload none', async (_title, REGISTER, nodeArguments) => {
    const end = await run('ownSdk.mjs', { REGISTER }, nodeArguments);
    expect(end.stderr).toBe('');
    expect(printed(end).map(({ name, scope }) => [name, scope])).toEqual([
      ['chat after', '@tollgate/node'],
      ['own', 'gotten-before-registration'],
      ['invoke_agent planner', '@tollgate/node'],
    ]);
    expect(receiver.spans).toEqual([]);
  });

  it('has the LLM spans attributed, and with AttributionSpanProcessor all of them', async () => {
    const attributed = (end: AppEnd): unknown[] => printed(end).map(({ name, user, agent }) => [name, user, agent]);
    expect(attributed(await run('ownSdk.mjs', { REGISTER: 'in-code' }))).toEqual([
      ['chat after', 'u1', 'planner'],
      ['own', undefined, undefined],
      ['invoke_agent planner', 'u1', 'planner'],
    ]);
    expect(attributed(await run('ownSdk.mjs', { REGISTER: 'with-processor' }))).toEqual([
      ['chat after', 'u1', 'planner'],
      ['own', 'u1', 'planner'],
      ['invoke_agent planner', 'u1', 'planner'],
    ]);
  });

  it('has calls that are open when the process ends, before it flushes', async () => {
    const end = await run('ownSdkOpen.mjs', {});
    expect({ stdout: end.stdout, stderr: end.stderr }).toEqual({ stdout: '["chat never-read"]', stderr: '' });
  });

  it('may set it up after its first call: that one goes to the receiver, all later ones to the application', async () => {
    const end = await run('ownSdk.mjs', { REGISTER: 'late' });
    expect(receiver.spans.map(({ name }) => name)).toEqual(['chat before']);
    expect(printed(end).map(({ name, parent }) => [name, parent !== undefined])).toEqual([
      ['chat after', true],
      ['own', true],
      ['invoke_agent planner', false],
    ]);
  });
});

describe('an application with instrumentations of its own for ES modules', () => {
  const other = ['--import', './otherInstrumentation.mjs'];

  it.each([
    ['after', [...PRELOAD, ...other]],
    ['before', [...other, '--import', '@tollgate/node/register']],
  ])('keeps them, loaded %s the preload', async (_title, nodeArguments) => {
    const end = await run('usesYaml.mjs', {}, nodeArguments);
    expect({ stdout: end.stdout, stderr: end.stderr }).toEqual({ stdout: 'yaml is instrumented\n', stderr: '' });
    expect(receiver.spans.map(({ name }) => name)).toEqual(['chat gpt']);
  });
});

describe('an application without one', () => {
  it('has the spans of every tracer received, those of tracers from before the first span too', async () => {
    await run('ownSdk.mjs', { REGISTER: 'never' });
    expect(receiver.spans.map(({ name }) => name).toSorted()).toEqual(['chat after', 'invoke_agent planner', 'own']);
    const [call, own, agent] = ['chat after', 'own', 'invoke_agent planner'].map((name) =>
      receiver.spans.find((span) => span.name === name),
    );
    expect([call?.parentSpanId, own?.parentSpanId, agent?.parentSpanId]).toEqual([own?.spanId, agent?.spanId, null]);
  });

  it('with OTEL_TRACES_EXPORTER=none or OTEL_SDK_DISABLED=true has none, and works', async () => {
    for (const environment of [{ OTEL_TRACES_EXPORTER: 'none' }, { OTEL_SDK_DISABLED: 'true' }]) {
      const end = await run('ownSdk.mjs', { REGISTER: 'never', ...environment });
      expect({ code: end.code, stderr: end.stderr, spans: receiver.spans }).toEqual({ code: 0, stderr: '', spans: [] });
    }
    expect(provider.requests).toHaveLength(2);
  });
});

describe('the spans @anthropic-ai/sdk makes itself', () => {
  it('do not double ours', async () => {
    await run('nativeSpans.cjs', {});
    expect(receiver.spans.map(({ name, scope }) => [name, scope.split(' ')[0]])).toEqual([
      ['chat claude', '@tollgate/node'],
    ]);
  });

  it.each([{ NATIVE: 'asked' }, { ANTHROPIC_OPEN_TELEMETRY: 'true' }])(
    'take the place of ours where the application asks for them (%o), with attribution, region and speed',
    async (environment) => {
      await run('nativeSpans.cjs', environment);
      expect(
        receiver.spans.map(({ scope, attributes }) => [
          scope.split(' ')[0],
          attributes['user.id'],
          attributes['gen_ai.conversation.id'],
          attributes['anthropic.request.inference_geo'],
          attributes['anthropic.request.speed'],
        ]),
      ).toEqual([['com.anthropic.sdk.typescript', 'u1', 's1', 'us', 'fast']]);
      expect(
        provider.requests.flatMap(({ headers }) => Object.keys(headers)).filter((name) => /trace|baggage/.test(name)),
      ).toEqual([]);
    },
  );
});
