import { pino, type Logger } from 'pino';

export type Log = Logger;

const STDERR = 2;

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** An API key. Nothing writes one on purpose; what a sender put into a path, or a library into a message, may hold one. */
const KEY = /tg_[A-Za-z0-9_-]{43}/g;

/** JSON lines on stderr. Written at once: the last line before an end is the one that says why. */
export function createLog(): Log {
  return pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: (line) => line.replace(KEY, 'tg_(redacted)') },
    },
    pino.destination({ dest: STDERR, sync: true }),
  );
}
