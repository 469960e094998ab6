import { pino, type Logger } from 'pino';

export type Log = Logger;

const STDERR = 2;

/** JSON lines on stderr. Written at once: the last line before an end is the one that says why. */
export function createLog(): Log {
  return pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: STDERR, sync: true }),
  );
}
