import { isFields, textOf } from '../fields.ts';

/**
 * What became of the request as far as its bill is concerned: `unsent` surely cost nothing, `refused` was answered with an
 * error, `accepted` with a success; of `unknown` nobody can tell.
 */
export type Attempt = 'unsent' | 'refused' | 'accepted' | 'unknown';

/** The connection was never made, so that not a byte of the request left: codes of Node, undici and TLS. */
const neverSent: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_INVALID_URL',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
/** `fetch` wraps the socket's error once, a proxy agent once more. */
const CAUSES_MAX = 4;

/** What an HTTP attempt that failed without an answer may have cost. */
export function failedAttempt(error: unknown): Attempt {
  let cause = error;
  for (let depth = 0; depth < CAUSES_MAX && isFields(cause); depth += 1) {
    if (neverSent.has(textOf(cause['code']) ?? '')) return 'unsent';
    cause = cause['cause'];
  }
  return 'unknown';
}

export function answeredAttempt(response: unknown): Attempt {
  const ok = isFields(response) ? response['ok'] : undefined;
  return ok === true ? 'accepted' : ok === false ? 'refused' : 'unknown';
}
