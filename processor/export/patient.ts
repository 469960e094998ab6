import { setTimeout as delay } from 'node:timers/promises';
import { TollgateError } from '../../src/errors.ts';
import type { Queries } from '../store/database.ts';

/** A moment in which too many ask is over in seconds; an export of many statements meets one sooner or later. */
const ATTEMPTS_MAX = 5;
const MS_A_SECOND = 1_000;

/**
 * The same questions, asked again where they are refused because too much waits, when the refusal says; none any more once the
 * signal is aborted, whose reason is thrown.
 */
export function patient(queries: Queries, signal: AbortSignal): Queries {
  const ask = async <Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]> => {
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        return await queries.query<Row>(text, values);
      } catch (fault) {
        const isBusy = fault instanceof TollgateError && fault.code === 'overloaded';
        if (!isBusy || fault.retryAfterSeconds === null || attempt === ATTEMPTS_MAX) throw fault;
        await delay(fault.retryAfterSeconds * MS_A_SECOND, undefined, { signal }).catch(() => signal.throwIfAborted());
      }
    }
  };
  return { query: ask, rowsBound: queries.rowsBound };
}
