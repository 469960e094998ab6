import grpc from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startProvider } from '../support/provider/startProvider.ts';
import type { StandInProvider } from '../support/provider/startProvider.ts';
import { readSpans, startReceiver } from './receiver.ts';
import type { Receiver, RecordedSpan } from './receiver.ts';
import { environmentFor, makeHome, runApp } from './runApp.ts';
import type { AppEnd, AppOptions } from './runApp.ts';

let provider: StandInProvider;
let receiver: Receiver;
const home = makeHome();

beforeAll(async () => {
  provider = await startProvider();
  receiver = await startReceiver();
});

beforeEach(() => {
  receiver.spans.length = 0;
  receiver.exports.length = 0;
});

afterAll(async () => {
  await provider.close();
  await receiver.close();
  home.remove();
});

const run = (environment: Record<string, string>, options: AppOptions = {}): Promise<AppEnd> =>
  runApp('oneCall.cjs', {
    ...options,
    environment: { ...environmentFor(provider.url, receiver.url, home.path), END: 'natural', ...environment },
  });

describe('OTLP/HTTP', () => {
  it.each([
    [{}, 'application/x-protobuf', undefined],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, 'application/json', undefined],
    [{ OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }, 'application/x-protobuf', 'gzip'],
  ])('with %o sends %s, encoded %s', async (environment, type, encoding) => {
    await run({
      ...(environment as Record<string, string>),
      TOLLGATE_API_KEY: 'tg_key',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,team=a',
    });
    expect(
      receiver.exports.map(({ path, headers }) => [
        path,
        headers['content-type'],
        headers['content-encoding'],
        headers.authorization,
      ]),
    ).toEqual([['/v1/traces', type, encoding, 'Bearer tg_key']]);
    const [span] = receiver.spans;
    expect(span?.name).toBe('chat one-call');
    expect(span?.resource).toMatchObject({
      'service.name': 'app-under-test',
      'deployment.environment.name': 'test',
      team: 'a',
    });
  });

  it('says what is wrong with a variable, once, and goes on', async () => {
    const { stderr, code } = await run({ OTEL_EXPORTER_OTLP_TIMEOUT: 'soon' });
    expect(stderr).toBe(
      'tollgate: OTEL_EXPORTER_OTLP_TIMEOUT: expected a positive whole number, found "soon"; using 10000\n',
    );
    expect({ code, spans: receiver.spans.length }).toEqual({ code: 0, spans: 1 });
  });

  it('says it to nobody where nobody reads stderr, which ends no application that is silent itself', async () => {
    const { code } = await run({ OTEL_EXPORTER_OTLP_TIMEOUT: 'soon' }, { closesStderr: true });
    expect({ code, spans: receiver.spans.length }).toEqual({ code: 0, spans: 1 });
  });
});

describe('OTLP/gRPC', () => {
  const spans: RecordedSpan[] = [];
  const keys: unknown[] = [];
  let status: grpc.status = grpc.status.OK;
  let url: string;
  const server = new grpc.Server();

  beforeAll(async () => {
    const same = (bytes: Buffer): Buffer => bytes;
    server.addService(
      {
        export: {
          path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
          requestStream: false,
          responseStream: false,
          requestSerialize: same,
          requestDeserialize: same,
          responseSerialize: same,
          responseDeserialize: same,
        },
      },
      {
        export: (call: grpc.ServerUnaryCall<Buffer, Buffer>, answer: grpc.sendUnaryData<Buffer>) => {
          keys.push(call.metadata.get('authorization')[0]);
          if (status === grpc.status.OK) spans.push(...readSpans('protobuf', call.request));
          answer(status === grpc.status.OK ? null : { code: status }, Buffer.alloc(0));
        },
      },
    );
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (fault, bound) =>
        fault === null ? resolve(bound) : reject(fault),
      ),
    );
    url = `http://127.0.0.1:${port}`;
  });

  afterAll(() => server.forceShutdown());

  const runGrpc = (environment: Record<string, string> = {}): Promise<AppEnd> =>
    run({
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      TOLLGATE_API_KEY: 'tg_key',
      ...environment,
    });

  it.each(['none', 'gzip'])(
    'sends spans, compression %s, from a process that ends and from one that exits',
    async (OTEL_EXPORTER_OTLP_COMPRESSION) => {
      spans.length = 0;
      for (const END of ['natural', 'exit']) {
        const { stderr } = await runGrpc({ END, OTEL_EXPORTER_OTLP_COMPRESSION });
        expect(stderr).toBe('');
      }
      expect(spans.map(({ name }) => name)).toEqual(['chat one-call', 'chat one-call']);
      expect(new Set(keys)).toEqual(new Set(['Bearer tg_key']));
    },
  );

  it('keeps what is refused for now and loses what is refused for good', async () => {
    spans.length = 0;
    status = grpc.status.UNAVAILABLE;
    expect((await runGrpc()).stderr).toBe(
      'tollgate: cannot reach the receiver: gRPC status 14; spans are kept on disk and sent later\n',
    );
    status = grpc.status.PERMISSION_DENIED;
    expect((await runGrpc({ TOLLGATE_API_KEY: 'tg_wrong' })).stderr).toBe(
      'tollgate: the receiver refused spans: gRPC status 7; they are lost\n',
    );
    status = grpc.status.OK;
    await runGrpc();
    expect(spans).toHaveLength(2);
  });
});
