import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startProvider } from '../support/provider/startProvider.ts';
import type { StandInProvider } from '../support/provider/startProvider.ts';
import { startPolicyServer } from './policyServer.ts';
import { startReceiver } from './receiver.ts';
import type { Receiver } from './receiver.ts';
import { environmentFor, makeHome, runApp } from './runApp.ts';
import type { AppEnd, AppOptions } from './runApp.ts';

let provider: StandInProvider;
let receiver: Receiver;
let home: ReturnType<typeof makeHome>;

beforeEach(async () => {
  [provider, receiver] = await Promise.all([startProvider(), startReceiver()]);
  home = makeHome();
});

afterEach(async () => {
  await Promise.all([provider.close(), receiver.close()]);
  home.remove();
});

const run = (environment: Record<string, string>, options: AppOptions = {}): Promise<AppEnd> =>
  runApp('metrics.cjs', {
    ...options,
    environment: { ...environmentFor(provider.url, receiver.url, home.path), ...environment },
  });

interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly points: readonly {
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly count: number;
    readonly sum: number;
    readonly boundaries: readonly number[];
  }[];
}

/** What the application's meter provider has after one whole call, one stream and one that is answered with 404. */
async function metricsOf(environment: Record<string, string>): Promise<(name: string) => Metric> {
  const { stdout, stderr } = await run({ OWN_METERS: 'yes', ...environment });
  expect(stderr).toBe('');
  const metrics = JSON.parse(stdout) as Metric[];
  return (name) => {
    const found = metrics.find((metric) => metric.name === name);
    if (found === undefined) throw new Error(`no metric ${name} in ${stdout}`);
    return found;
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('the meter provider of an application', () => {
  it('gets the duration of each call, with the error of those that failed, and no user', async () => {
    const { unit, points } = (await metricsOf({}))('gen_ai.client.operation.duration');
    const port = Number(new URL(provider.url).port);
    const common = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'server.address': '127.0.0.1',
      'server.port': port,
    };
    const asked = (model: string): object => ({ ...common, 'gen_ai.request.model': model });
    expect(points.map(({ attributes }) => attributes)).toEqual([
      { ...asked('whole'), 'gen_ai.response.model': 'whole' },
      { ...asked('streamed'), 'gen_ai.response.model': 'streamed' },
      { ...asked('missing-model'), 'error.type': '404' },
    ]);
    expect([unit, points.map(({ count }) => count)]).toEqual(['s', [1, 1, 1]]);
    // 0.01 s, doubled 13 times.
    expect(points[0]?.boundaries).toEqual(Array.from({ length: 14 }, (_, times) => 0.01 * 2 ** times));
  });

  it('gets the tokens that providers counted, input and output apart, and the first chunk of streams', async () => {
    const metricOf = await metricsOf({});
    const { unit, points } = metricOf('gen_ai.client.token.usage');
    // "hello" is one token of the stand-in, which answers with 16; the request that failed has none.
    expect(
      points.map(({ attributes, sum }) => [
        attributes['gen_ai.request.model'],
        attributes['gen_ai.token.type'],
        sum,
        attributes['user.id'],
      ]),
    ).toEqual([
      ['whole', 'input', 1, undefined],
      ['whole', 'output', 16, undefined],
      ['streamed', 'input', 1, undefined],
      ['streamed', 'output', 16, undefined],
    ]);
    expect([unit, points[0]?.boundaries.at(-1)]).toEqual(['{token}', 67_108_864]);
    const first = metricOf('gen_ai.client.operation.time_to_first_chunk');
    expect(first.points.map(({ attributes }) => attributes['gen_ai.request.model'])).toEqual(['streamed']);
  });

  it('gets them of calls that no trace has, and none of those that are denied', async () => {
    const duration = (await metricsOf({ OTEL_TRACES_SAMPLER: 'always_off' }))('gen_ai.client.operation.duration');
    expect(duration.points).toHaveLength(3);
    expect(receiver.spans).toEqual([]);

    const policy = await startPolicyServer();
    try {
      policy.answerWith((asked) => ({ effect: asked.call?.['model'] === 'missing-model' ? 'deny' : 'allow' }));
      const { points } = (await metricsOf({ TOLLGATE_POLICY_URL: policy.url }))('gen_ai.client.operation.duration');
      expect(points.map(({ attributes }) => attributes['gen_ai.request.model'])).toEqual(['whole', 'streamed']);
    } finally {
      await policy.close();
    }
  });
});

describe('an application without a meter provider', () => {
  it('has its metrics served to a scraper, with OTEL_METRICS_EXPORTER=prometheus', async () => {
    const port = await freePort();
    let text = '';
    const { stderr } = await run(
      { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: String(port), STAYS: 'yes' },
      {
        onStdout: (_text, kill) =>
          void fetch(`http://127.0.0.1:${port}/metrics`)
            .then(async (answer) => {
              text = (await answer.text()).replaceAll(/^.*_bucket.*\n/gm, '');
            })
            .finally(() => kill('SIGTERM')),
      },
    );
    expect(stderr).toBe('');
    expect(text).toMatch(/^gen_ai_client_token_usage_sum\{[^}]*gen_ai_request_model="whole"[^}]*\} 1$/m);
    expect(text).toMatch(/^gen_ai_client_operation_duration_count\{[^}]*error_type="404"[^}]*\} 1$/m);
    expect(text).toContain('service_name="app-under-test"');
    expect(text).not.toMatch(/u1|s1/);
  });

  it('says so in one line where the port is taken, and works', async () => {
    const port = new URL(receiver.url).port;
    const { code, stdout, stderr } = await run({
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_EXPORTER_PROMETHEUS_PORT: port,
    });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: 'ready',
      stderr: `tollgate: cannot serve metrics: listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`,
    });
  });

  it('has them sent by OTLP at its end, with OTEL_METRICS_EXPORTER=otlp, to the base or to an endpoint of their own', async () => {
    const exported = (): string[] => receiver.exports.map(({ path, headers }) => `${path} ${headers.authorization}`);
    await run({ OTEL_METRICS_EXPORTER: 'otlp', TOLLGATE_API_KEY: 'tg_one' });
    expect(new Set(exported())).toEqual(new Set(['/v1/metrics Bearer tg_one', '/v1/traces Bearer tg_one']));
    const sent = receiver.exports.find(({ path }) => path === '/v1/metrics')?.bytes.toString('latin1') ?? '';
    expect(sent).toContain('gen_ai.client.operation.duration');
    expect(sent).toContain('app-under-test');

    receiver.exports.length = 0;
    const elsewhere = await startReceiver();
    try {
      // Somebody else's endpoint does not get Tollgate's key.
      const OTEL_EXPORTER_OTLP_METRICS_ENDPOINT = `${elsewhere.url}/v1/metrics`;
      await run({ OTEL_METRICS_EXPORTER: 'otlp', TOLLGATE_API_KEY: 'tg_one', OTEL_EXPORTER_OTLP_METRICS_ENDPOINT });
      expect(elsewhere.exports.map(({ headers }) => headers.authorization)).toEqual([undefined]);
      expect(exported()).toEqual(['/v1/traces Bearer tg_one']);
    } finally {
      await elsewhere.close();
    }
  });

  it('has none unless it asks for them', async () => {
    const { stderr } = await run({});
    expect(stderr).toBe('');
    expect(receiver.exports.map(({ path }) => path)).toEqual(['/v1/traces']);
  });
});
