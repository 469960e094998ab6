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
    stderr(),
  );
}

/** Lines that cannot be written, because the disk that keeps them is full, wait for the next that can; beyond this they are dropped. */
const WAITING_CHARS_MAX = 1024 * 1024;

function stderr(): ReturnType<typeof pino.destination> {
  const destination = pino.destination({ dest: STDERR, sync: true, maxLength: WAITING_CHARS_MAX });
  // Without a listener the service would end for want of a place for its log. There is nowhere else to say it.
  return destination.on('error', () => undefined);
}
