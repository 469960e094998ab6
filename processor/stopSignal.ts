import type { Log } from './log.ts';

export interface Stop {
  /** Resolves when the process is asked to end: SIGTERM or SIGINT. */
  readonly asked: Promise<void>;
  /** Resolves to the exit code when the process has to end at once: a second signal, or a fault that nobody caught. */
  readonly forced: Promise<number>;
  /** Ends the process, with 1, where only a new one can go on. */
  readonly giveUp: (fault: unknown) => void;
}

export function awaitStop(log: Log): Stop {
  let ask: () => void;
  let force: (exitCode: number) => void;
  const asked = new Promise<void>((resolve) => (ask = resolve));
  const forced = new Promise<number>((resolve) => (force = resolve));
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    signals += 1;
    if (signals > 1) return force(1);
    log.info({ signal }, 'stopping: no new requests are taken, those taken are finished');
    ask();
  };
  // What is not committed was not acknowledged, so senders come again; going on in an unknown state could book wrongly.
  const onFault = (fault: unknown): void => {
    log.fatal({ err: fault }, 'a fault that nobody caught: the process ends');
    force(1);
  };
  const giveUp = (fault: unknown): void => {
    log.fatal({ err: fault }, 'the store is lost to this process, which ends: a new one may open it');
    force(1);
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  process.on('uncaughtException', onFault).on('unhandledRejection', onFault);
  return { asked, forced, giveUp };
}
