import { TollgateError } from '../../src/errors.ts';
import type { Encoding } from './answer.ts';

export type Compression = 'identity' | 'gzip' | 'deflate';

/** Null for any other content type; parameters such as `charset` do not matter, for OTLP/JSON is UTF-8. */
export function encodingOf(contentType: string | undefined): Encoding | null {
  const [essence = ''] = (contentType ?? '').split(';', 1);
  switch (essence.trim().toLowerCase()) {
    case 'application/x-protobuf':
      return 'protobuf';
    case 'application/json':
      return 'json';
    default:
      return null;
  }
}

export function requireEncoding(contentType: string | undefined): Encoding {
  const encoding = encodingOf(contentType);
  if (encoding !== null) return encoding;
  throw new TollgateError(
    'unsupported_media_type',
    `Content-Type: expected application/x-protobuf or application/json, found ${contentType ?? 'none'}`,
  );
}

export function requireCompression(contentEncoding: string | undefined): Compression {
  const name = (contentEncoding ?? 'identity').trim().toLowerCase();
  switch (name) {
    case '':
    case 'identity':
      return 'identity';
    case 'gzip':
    case 'x-gzip':
      return 'gzip';
    case 'deflate':
      return 'deflate';
    default:
      throw new TollgateError(
        'unsupported_media_type',
        `Content-Encoding: expected identity, gzip or deflate, found ${contentEncoding}`,
      );
  }
}
