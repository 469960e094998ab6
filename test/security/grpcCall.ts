import { Client, credentials, type Metadata, type ServiceError, status } from '@grpc/grpc-js';

export interface GrpcAnswer {
  readonly code: number;
  readonly message: string;
  /** Of the answer: where to read when to come again. */
  readonly details: Buffer | undefined;
}

const TRACES = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

/** One call over a connection of its own. */
export async function callGrpc(
  address: string,
  metadata: Metadata,
  body: Uint8Array = new Uint8Array(),
  path: string = TRACES,
): Promise<GrpcAnswer> {
  const client = new Client(address, credentials.createInsecure());
  const asIs = (bytes: Buffer): Buffer => bytes;
  try {
    return await new Promise((resolve) => {
      client.makeUnaryRequest(path, asIs, asIs, Buffer.from(body), metadata, (fault: ServiceError | null) => {
        const [details] = fault?.metadata.get('grpc-status-details-bin') ?? [];
        resolve({
          code: fault?.code ?? status.OK,
          message: fault?.details ?? '',
          details: Buffer.isBuffer(details) ? details : undefined,
        });
      });
    });
  } finally {
    client.close();
  }
}
