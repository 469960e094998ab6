import { TollgateError } from '../../src/errors.ts';

/** Long enough for a restart of PostgreSQL, short enough that an exporter's queue does not fill meanwhile. */
const RETRY_AFTER_SECONDS = 5;

/**
 * SQLSTATE classes and codes (https://www.postgresql.org/docs/current/errcodes-appendix.html) that say "not now":
 * 08 connection, 53 insufficient resources (53300 too many connections, 53100 disk full), 57P0x shutdown and crash,
 * 57014 statement_timeout, 25006 a standby that takes no writes, 55P03 lock_timeout, 25P03/25P04 session timeouts.
 */
const UNAVAILABLE_SQLSTATE = /^(08...|53...|57P0[1-5]|57014|25006|55P03|25P0[34])$/;

const UNAVAILABLE_SYSCALL = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
]);

/** What `pg` says without a code when the connection is gone or none became free in time. */
const UNAVAILABLE_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end)/;

/** The code of a failure: a SQLSTATE from the server, else the operating system's. */
export function faultCode(fault: unknown): string | null {
  if (fault instanceof Error && 'code' in fault && typeof fault.code === 'string') return fault.code;
  return null;
}

/**
 * Makes `malformed_payload` of SQLSTATE class 22, data exception, such as a sum beyond its column: sent again, the same spans
 * would fail again for ever. Only for what senders bring; in a question of ours it is a fault.
 */
export function dataFault(fault: unknown): unknown {
  if (!(fault instanceof Error) || faultCode(fault)?.startsWith('22') !== true) return fault;
  return new TollgateError('malformed_payload', `The store takes no such value: ${fault.message}`, { cause: fault });
}

/** Makes `store_unavailable` of everything that may succeed later; leaves every other failure as it is. */
export function storeFault(fault: unknown): unknown {
  if (!(fault instanceof Error) || fault instanceof TollgateError) return fault;
  if (fault instanceof AggregateError && fault.errors.length > 0) {
    const inner: unknown = storeFault(fault.errors[0]);
    return inner instanceof TollgateError ? inner : fault;
  }
  const code = faultCode(fault);
  const unavailable =
    code === null
      ? UNAVAILABLE_MESSAGE.test(fault.message)
      : UNAVAILABLE_SQLSTATE.test(code) || UNAVAILABLE_SYSCALL.has(code);
  if (!unavailable) return fault;
  return new TollgateError('store_unavailable', `The store cannot be reached: ${fault.message}`, {
    cause: fault,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}
