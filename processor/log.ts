import { pino, type Logger } from 'pino';
import { withoutKeys } from './access/keyText.ts';

export type Log = Logger;

const STDERR = 2;

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** JSON lines on stderr. Written at once: the last line before an end is the one that says why. */
export function createLog(): Log {
  return pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: withoutKeys },
    },
    pino.destination({ dest: STDERR, sync: true }),
  );
}
