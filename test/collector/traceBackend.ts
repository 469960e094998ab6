import http from 'node:http';
import { gunzipSync } from 'node:zlib';
import type protobuf from 'protobufjs';
import { exportTraceServiceRequestType } from '../../bench/otlpProto.ts';
import { freePorts, localAddress } from './freePorts.ts';
import type { Part } from './part.ts';

/** A span as it came to the backend; the same span again stands behind it. */
export interface ArrivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly service: string;
  /** The value of each attribute: text, or the number as text. */
  readonly attributes: ReadonlyMap<string, string>;
}

export interface TraceBackend extends Part {
  readonly http: string;
  /** By trace and span id, `TRACE/SPAN`: every copy that was acknowledged. */
  readonly arrived: ReadonlyMap<string, readonly ArrivedSpan[]>;
  /** Answers with this status while it is not 200; nothing is kept then. */
  answerWith(status: number): void;
}

interface AnyValue {
  readonly stringValue?: string;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
}
interface KeyValue {
  readonly key: string;
  readonly value?: AnyValue;
}
interface Decoded {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly KeyValue[] };
    readonly scopeSpans?: readonly {
      readonly spans?: readonly {
        readonly traceId: Uint8Array;
        readonly spanId: Uint8Array;
        readonly name: string;
        readonly attributes?: readonly KeyValue[];
      }[];
    }[];
  }[];
}

/** The end of the way: an OTLP/HTTP receiver that keeps what it acknowledges, decoded by protobufjs. What it has outlives a stop. */
export async function createTraceBackend(): Promise<TraceBackend> {
  const [port] = await freePorts(1);
  const type = exportTraceServiceRequestType();
  const arrived = new Map<string, ArrivedSpan[]>();
  let status = 200;
  let server: http.Server | null = null;

  async function receive(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const spans = readSpans(type, request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
    if (status === 200) {
      for (const span of spans) {
        const key = `${span.traceId}/${span.spanId}`;
        arrived.set(key, [...(arrived.get(key) ?? []), span]);
      }
    }
    response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end();
  }

  async function end(): Promise<number> {
    const ending = server;
    server = null;
    if (ending !== null) {
      const closed = new Promise((resolve) => ending.close(resolve));
      ending.closeAllConnections();
      await closed;
    }
    return 0;
  }

  return {
    name: 'backend',
    http: `http://${localAddress(port)}`,
    arrived,
    answerWith: (next) => {
      status = next;
    },
    start: async () => {
      const started = http.createServer((request, response) => {
        // A connection cut while it is read: nothing is acknowledged, nothing kept.
        receive(request, response).catch(() => response.destroy());
      });
      await new Promise<void>((resolve, reject) => {
        started.once('error', reject);
        started.listen(port, '127.0.0.1', resolve);
      });
      server = started;
    },
    stop: end,
    kill: () => end().then(() => undefined),
    [Symbol.asyncDispose]: () => end().then(() => undefined),
  };
}

function readSpans(type: protobuf.Type, body: Uint8Array): ArrivedSpan[] {
  const { resourceSpans = [] } = type.toObject(type.decode(body), { longs: String }) as Decoded;
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) => {
    const service = textsOf(resource?.attributes).get('service.name') ?? '';
    return scopeSpans.flatMap(({ spans = [] }) =>
      spans.map(({ traceId, spanId, name, attributes }) => ({
        traceId: Buffer.from(traceId).toString('hex'),
        spanId: Buffer.from(spanId).toString('hex'),
        name,
        service,
        attributes: textsOf(attributes),
      })),
    );
  });
}

function textsOf(attributes: readonly KeyValue[] = []): Map<string, string> {
  return new Map(
    attributes.map(({ key, value = {} }) => [
      key,
      String(value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue ?? ''),
    ]),
  );
}
