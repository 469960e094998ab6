import type { Access, RequestHeaders } from '../../processor/access/caller.ts';
import { fullSuccess } from '../../processor/receive/answer.ts';
import { createOtlpGrpcServer } from '../../processor/receive/grpc.ts';
import { createOtlpHttpServer } from '../../processor/receive/http.ts';
import type { Consumers, ConsumeExport, OtlpExport } from '../../processor/receive/consume.ts';
import type { ReceiveLimits } from '../../processor/receive/limits.ts';
import type { ReceiverOptions } from '../../processor/receive/receiver.ts';
import { TollgateError } from '../../src/errors.ts';

/** A receiver on a free port of the loopback, and what it was asked. */
export interface RunningReceiver {
  readonly port: number;
  readonly exports: (OtlpExport & { readonly signal: keyof Consumers })[];
  readonly unused: string[];
  readonly faults: unknown[];
  readonly refused: string[];
  readonly asked: RequestHeaders[];
  close(): Promise<void>;
}

export interface ReceiverBehaviour {
  readonly consume?: ConsumeExport;
  readonly limits?: Partial<ReceiveLimits>;
  /** Without it everything is allowed. */
  readonly apiKey?: string;
}

export function startHttp(behaviour: ReceiverBehaviour = {}): Promise<RunningReceiver> {
  return start(createOtlpHttpServer, behaviour);
}

export function startGrpc(behaviour: ReceiverBehaviour = {}): Promise<RunningReceiver> {
  return start(createOtlpGrpcServer, behaviour);
}

async function start(create: typeof createOtlpHttpServer, behaviour: ReceiverBehaviour): Promise<RunningReceiver> {
  const exports: RunningReceiver['exports'] = [];
  const unused: string[] = [];
  const faults: unknown[] = [];
  const refused: string[] = [];
  const asked: RequestHeaders[] = [];
  const consume = behaviour.consume ?? (async () => fullSuccess);
  const take =
    (signal: keyof Consumers): ConsumeExport =>
    (request) => {
      exports.push({ ...request, signal });
      return consume(request);
    };
  const options: ReceiverOptions = {
    consume: { traces: take('traces'), logs: take('logs') },
    access: accessFor(behaviour.apiKey, asked),
    ...(behaviour.limits === undefined ? {} : { limits: behaviour.limits }),
    onUnused: (signal) => unused.push(signal),
    onRefused: (code) => refused.push(code),
    onFault: (error) => faults.push(error),
  };
  const receiver = create(options);
  const port = await receiver.listen('127.0.0.1', 0);
  return { port, exports, unused, faults, refused, asked, close: () => receiver.close() };
}

function accessFor(apiKey: string | undefined, asked: RequestHeaders[]): Access {
  return {
    async authenticate(headers, scope) {
      asked.push(headers);
      if (headers.origin !== undefined) throw new TollgateError('forbidden_origin', `Origin: found ${headers.origin}`);
      if (apiKey === undefined) return { tenant: 'default', keyId: null, keyName: null, scopes: [], agent: null };
      if (headers.authorization === undefined)
        throw new TollgateError('unauthenticated', 'Authorization: expected a key');
      if (headers.authorization !== `Bearer ${apiKey}`)
        throw new TollgateError('forbidden', `expected the scope ${scope}`);
      return { tenant: 'shop', keyId: 'k1', keyName: 'exporter', scopes: ['ingest'], agent: null };
    },
  };
}
