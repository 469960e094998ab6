import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';
/** Standard Webhooks 1.0.0, "Signature scheme": 24 to 64 bytes. */
const SECRET_BYTES_MIN = 24;
const SECRET_BYTES_MAX = 64;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The key in a secret of Standard Webhooks: base64 of 24 to 64 bytes, with or without `whsec_` before it; null for anything else. */
export function signingKeyOf(secret: string): Buffer | null {
  const encoded = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  if (!BASE64.test(encoded)) return null;
  const key = Buffer.from(encoded, 'base64');
  return key.length >= SECRET_BYTES_MIN && key.length <= SECRET_BYTES_MAX ? key : null;
}

export interface SignedHeaders extends Readonly<Record<string, string>> {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

/**
 * The headers of https://github.com/standard-webhooks/standard-webhooks (1.0.0): the same id over all attempts, the time of this
 * one, a signature by each key. The id has no `.`, which parts what is signed.
 */
export function signedHeaders(id: string, nowMs: number, body: string, keys: readonly Buffer[]): SignedHeaders {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signatures = keys.map(
    (key) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
  );
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
