import { homedir, tmpdir } from 'node:os';
import { describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../instrumentation/config.ts';

vi.mock('node:os', async (original) => {
  const actual = await original<typeof import('node:os')>();
  return { ...actual, homedir: vi.fn(actual.homedir) };
});

const destinationOf = (values: Record<string, string>): unknown => {
  const { config, problems } = readConfig(values);
  expect(problems).toEqual([]);
  const { protocol, url, headers } = config.destination;
  return { protocol, url, headers };
};

describe('the destination of spans', () => {
  it('is the local Tollgate without any variable', () => {
    expect(destinationOf({})).toEqual({
      protocol: 'http/protobuf',
      url: 'http://127.0.0.1:4318/v1/traces',
      headers: {},
    });
    expect(destinationOf({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toEqual({
      protocol: 'grpc',
      url: 'http://127.0.0.1:4317',
      headers: {},
    });
  });

  it('is the base endpoint with /v1/traces, or the endpoint for traces as it stands', () => {
    const base = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector:4318/otlp/' };
    expect(destinationOf(base)).toMatchObject({ url: 'https://collector:4318/otlp/v1/traces' });
    expect(destinationOf({ ...base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://other/spans' })).toMatchObject({
      url: 'http://other/spans',
    });
  });

  it('has the path before what follows a question mark', () => {
    expect(destinationOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector/otlp/?key=1' })).toMatchObject({
      url: 'https://collector/otlp/v1/traces?key=1',
    });
  });

  it('is the host alone for gRPC, with or without a scheme', () => {
    const grpc = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    expect(destinationOf({ ...grpc, OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' })).toMatchObject({
      url: 'http://collector:4317',
    });
    expect(destinationOf({ ...grpc, OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector:4317/ignored' })).toMatchObject({
      url: 'https://collector:4317',
    });
  });

  it('gets the headers, percent-decoded, and the API key as a bearer token', () => {
    expect(
      destinationOf({ OTEL_EXPORTER_OTLP_HEADERS: 'X-Team=a%20b, x-other=1', TOLLGATE_API_KEY: 'tg_1' }),
    ).toMatchObject({
      headers: { 'x-team': 'a b', 'x-other': '1', authorization: 'Bearer tg_1' },
    });
  });
});

describe('a value that is not valid', () => {
  it.each([
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'nowhere' },
      'OTEL_EXPORTER_OTLP_ENDPOINT: expected an http or https URL, found "nowhere"; using http://127.0.0.1:4318',
    ],
    [
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'carrier' },
      'OTEL_EXPORTER_OTLP_PROTOCOL: expected http/protobuf, http/json, grpc, found "carrier"; using http/protobuf',
    ],
    [
      { OTEL_EXPORTER_OTLP_TIMEOUT: '-1' },
      'OTEL_EXPORTER_OTLP_TIMEOUT: expected a positive whole number, found "-1"; using 10000',
    ],
    [
      { OTEL_TRACES_EXPORTER: 'zipkin' },
      'OTEL_TRACES_EXPORTER: expected otlp, console, none, found "zipkin"; using otlp',
    ],
    [{ OTEL_SDK_DISABLED: 'yes' }, 'OTEL_SDK_DISABLED: expected true, false, found "yes"; using false'],
    [{ TOLLGATE_CAPTURE_CONTENT: 'on' }, 'TOLLGATE_CAPTURE_CONTENT: expected off, found "on"; using off'],
    [{ TOLLGATE_POLICY_MODE: 'dry' }, 'TOLLGATE_POLICY_MODE: expected enforce, shadow, found "dry"; using enforce'],
    [{ TOLLGATE_POLICY_ON_ERROR: 'ask' }, 'TOLLGATE_POLICY_ON_ERROR: expected allow, deny, found "ask"; using allow'],
    [
      { TOLLGATE_POLICY_TIMEOUT_MS: '0' },
      'TOLLGATE_POLICY_TIMEOUT_MS: expected a positive whole number, found "0"; using 1000',
    ],
    [
      { TOLLGATE_POLICY_APPROVAL_WAIT_MS: 'long' },
      'TOLLGATE_POLICY_APPROVAL_WAIT_MS: expected a positive whole number, found "long"; using 30000',
    ],
    [{ TOLLGATE_SPOOL: 'never' }, 'TOLLGATE_SPOOL: expected unsent, always, found "never"; using unsent'],
    [
      { TOLLGATE_REQUEST_SHAPE: 'full' },
      'TOLLGATE_REQUEST_SHAPE: expected hashes, sizes, off, found "full"; using hashes',
    ],
    [
      { OTEL_METRICS_EXPORTER: 'statsd' },
      'OTEL_METRICS_EXPORTER: expected none, otlp, prometheus, console, found "statsd"; using none',
    ],
    [
      { OTEL_EXPORTER_PROMETHEUS_PORT: 'any' },
      'OTEL_EXPORTER_PROMETHEUS_PORT: expected a whole number from 1 to 65535, found "any"; using 9464',
    ],
    [{ TOLLGATE_API_KEY: 'tg_\n1' }, 'TOLLGATE_API_KEY: expected printable ASCII; leaving it out'],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'htps://user:secret@host' },
      'OTEL_EXPORTER_OTLP_ENDPOINT: expected an http or https URL, found "htps://***@host"; using http://127.0.0.1:4318',
    ],
    [
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'here', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' },
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: expected an http or https URL, found "here"; using OTEL_EXPORTER_OTLP_ENDPOINT',
    ],
    [
      { OTEL_BSP_SCHEDULE_DELAY: '1\n'.repeat(60) },
      `OTEL_BSP_SCHEDULE_DELAY: expected a positive whole number, found "${'1\\n'.repeat(50)}…"; using 1000`,
    ],
    [
      { OTEL_EXPORTER_OTLP_TIMEOUT: 'NaN' },
      'OTEL_EXPORTER_OTLP_TIMEOUT: expected a positive whole number, found "NaN"; using 10000',
    ],
    [
      { OTEL_BSP_MAX_QUEUE_SIZE: '99999999999' },
      'OTEL_BSP_MAX_QUEUE_SIZE: expected a positive whole number, found "99999999999"; using 2048',
    ],
    [
      { OTEL_EXPORTER_PROMETHEUS_PORT: '65536' },
      'OTEL_EXPORTER_PROMETHEUS_PORT: expected a whole number from 1 to 65535, found "65536"; using 9464',
    ],
    [
      { OTEL_EXPORTER_OTLP_HEADERS: 'a=1,authorization=secret%0A' },
      'OTEL_EXPORTER_OTLP_HEADERS: expected a value that HTTP can carry, found another for authorization; leaving it out',
    ],
    [
      { OTEL_EXPORTER_OTLP_HEADERS: 'a=1,secret' },
      'OTEL_EXPORTER_OTLP_HEADERS: expected name=value pairs, found an entry that is none; leaving it out',
    ],
  ])('%o gives one line and the default', (values, line) => {
    const { config, problems } = readConfig(values as unknown as Record<string, string>);
    expect(problems).toEqual([line]);
    const plain = readConfig({}).config;
    expect({ ...config, spoolDirectories: [], destination: { ...config.destination, headers: {} } }).toEqual({
      ...plain,
      spoolDirectories: [],
    });
  });
});

describe('the gate', () => {
  it('is where TOLLGATE_POLICY_URL says, with the key', () => {
    const { config, problems } = readConfig({
      TOLLGATE_POLICY_URL: 'https://tollgate.example/base/',
      TOLLGATE_POLICY_MODE: 'shadow',
      TOLLGATE_POLICY_ON_ERROR: 'deny',
      TOLLGATE_POLICY_TIMEOUT_MS: '250',
      TOLLGATE_POLICY_APPROVAL_WAIT_MS: '0',
      TOLLGATE_API_KEY: 'tg_1',
    });
    expect(problems).toEqual([]);
    expect(config.policy).toEqual({
      hasTollgate: true,
      url: 'https://tollgate.example/base',
      apiKey: 'tg_1',
      enforces: false,
      onError: 'deny',
      timeoutMs: 250,
      approvalWaitMs: 0,
    });
  });

  it('is nowhere by default; an address that is none is as Tollgate out of reach', () => {
    expect(readConfig({}).config.policy).toMatchObject({
      hasTollgate: false,
      timeoutMs: 1_000,
      approvalWaitMs: 30_000,
    });
    const { config, problems } = readConfig({ TOLLGATE_POLICY_URL: 'here', TOLLGATE_POLICY_ON_ERROR: 'deny' });
    expect(config.policy).toMatchObject({ hasTollgate: true, url: null });
    expect(problems).toEqual([
      'TOLLGATE_POLICY_URL: expected an http or https URL, found "here"; TOLLGATE_POLICY_ON_ERROR decides: deny',
    ]);
  });
});

describe('the metrics', () => {
  it('go to /v1/metrics of the base endpoint with the key, or to an endpoint of their own without it', () => {
    const of = (values: Record<string, string>): unknown => {
      const { config, problems } = readConfig({ OTEL_METRICS_EXPORTER: 'otlp', TOLLGATE_API_KEY: 'tg_1', ...values });
      expect(problems).toEqual([]);
      return { url: config.metrics.destination?.url, headers: config.metrics.destination?.headers };
    };
    const headers = { authorization: 'Bearer tg_1' };
    expect(of({})).toEqual({ url: 'http://127.0.0.1:4318/v1/metrics', headers });
    expect(of({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a' })).toEqual({ url: 'http://a/v1/metrics', headers });
    expect(of({ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://b/m' })).toEqual({ url: 'http://b/m', headers: {} });
  });

  it('go nowhere by default, and are served on loopback where nothing else is said', () => {
    const { exporter, destination, prometheus } = readConfig({}).config.metrics;
    expect({ exporter, destination, prometheus }).toEqual({
      exporter: 'none',
      destination: null,
      prometheus: { host: '127.0.0.1', port: 9_464 },
    });
  });
});

describe('the hashes of requests', () => {
  it('are keyed with the API key, unless a secret of their own is given', () => {
    const of = (values: Record<string, string>): unknown => readConfig(values).config.requestShape;
    expect(of({})).toEqual({ detail: 'hashes', secret: null });
    expect(of({ TOLLGATE_API_KEY: 'tg_1' })).toEqual({ detail: 'hashes', secret: 'tg_1' });
    const own = { TOLLGATE_REQUEST_HASH_KEY: 'mine', TOLLGATE_REQUEST_SHAPE: 'sizes' };
    expect(of({ TOLLGATE_API_KEY: 'tg_1', ...own })).toEqual({ detail: 'sizes', secret: 'mine' });
  });
});

describe('a batch', () => {
  it('is no larger than the queue, which would be full before it', () => {
    const of = (queue: string, batch: string): unknown => {
      const values = { OTEL_BSP_MAX_QUEUE_SIZE: queue, OTEL_BSP_MAX_EXPORT_BATCH_SIZE: batch };
      const { maxQueueSize, maxExportBatchSize } = readConfig(values).config;
      return [maxQueueSize, maxExportBatchSize];
    };
    expect([of('100', '512'), of('100', '100'), of('100', '99')]).toEqual([
      [100, 100],
      [100, 100],
      [100, 99],
    ]);
  });
});

describe('the spool', () => {
  it('is in the temporary directory alone for a user without a home', () => {
    for (const home of [
      (): string => {
        throw new Error('uv_os_homedir returned ENOENT');
      },
      (): string => '',
    ]) {
      vi.mocked(homedir).mockImplementationOnce(home);
      const { spoolDirectories } = readConfig({}).config;
      expect(spoolDirectories).toHaveLength(1);
      expect(spoolDirectories[0]?.startsWith(tmpdir())).toBe(true);
    }
  });

  it('has a directory a destination and key, below the state directory and below the temporary one', () => {
    const of = (values: Record<string, string>): readonly string[] =>
      readConfig({ XDG_STATE_HOME: '/state', ...values }).config.spoolDirectories;
    expect(of({})[0]).toMatch(/^\/state\/tollgate\/spool\/[0-9a-f]{32}$/);
    expect(of({})).toHaveLength(2);
    expect(of({})).toEqual(of({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }));
    const all = [
      of({}),
      of({ TOLLGATE_API_KEY: 'a' }),
      of({ TOLLGATE_API_KEY: 'b' }),
      of({ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }),
    ];
    expect(new Set(all.map(([directory]) => directory)).size).toBe(4);
  });
});
