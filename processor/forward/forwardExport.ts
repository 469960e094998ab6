import { TollgateError } from '../../src/errors.ts';
import type { OtlpExport } from '../receive/consume.ts';
import type { Additions } from './addedAttribute.ts';
import type { Forwarder } from './forwarder.ts';
import { spliceTraces } from './spliceTraces.ts';

/** Resolves when the export is certain to go on, with what is added to its spans. */
type PassOn = (additions: Additions) => Promise<void>;

/**
 * Called before an export of `spanCount` spans is booked, so that what cannot be passed on (`malformed_payload`: JSON that no
 * protobuf says) is refused whole; what it returns is called afterwards.
 */
export type ForwardExport = (received: OtlpExport, spanCount: number) => Promise<PassOn>;

/** `encode` says a request of traces in JSON as protobuf. */
export function createForwardExport(
  forwarder: Pick<Forwarder, 'take'>,
  encode: (json: Uint8Array, tenant: string) => Uint8Array | Promise<Uint8Array>,
): ForwardExport {
  return async ({ caller, encoding, body }, spanCount) => {
    const request = encoding === 'json' ? await encode(body, caller.tenant) : body;
    return async (additions) => {
      if (spanCount > 0) await forwarder.take({ body: splice(request, additions), spans: spanCount });
    };
  };
}

/**
 * The decoder steps over what nobody reads, so that some bytes it took are no messages inside. They are charged by then, and
 * go on as they came: downstream says what it thinks of them, and is counted.
 */
function splice(request: Uint8Array, additions: Additions): Uint8Array {
  try {
    return spliceTraces(request, additions);
  } catch (fault) {
    if (fault instanceof TollgateError && fault.code === 'malformed_payload') return request;
    throw fault;
  }
}
