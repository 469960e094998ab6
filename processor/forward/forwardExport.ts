import type { OtlpExport } from '../receive/consume.ts';
import type { Additions } from './addedAttribute.ts';
import { encodeJsonTraces } from './encodeJsonTraces.ts';
import type { Forwarder } from './forwarder.ts';
import { spliceTraces } from './spliceTraces.ts';

/** Resolves when an export of `spanCount` spans is certain to go on, with what is added to its spans. */
export type ForwardExport = (
  received: Pick<OtlpExport, 'encoding' | 'body'>,
  spanCount: number,
  additions: Additions,
) => Promise<void>;

export function createForwardExport(
  forwarder: Pick<Forwarder, 'take'>,
  encode: (json: Uint8Array) => Uint8Array | Promise<Uint8Array> = encodeJsonTraces,
): ForwardExport {
  return async ({ encoding, body }, spanCount, additions) => {
    if (spanCount === 0) return;
    const request = encoding === 'json' ? await encode(body) : body;
    await forwarder.take({ body: spliceTraces(request, additions), spans: spanCount });
  };
}
