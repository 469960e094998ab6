import type { Log } from '../log.ts';
import type { TlsConfig } from '../tlsConfig.ts';
import { readTlsFiles, type TlsContext, type TlsFiles } from './tlsFiles.ts';

/** Certificates are renewed days before they end; a minute late is early enough. */
const LOOK_INTERVAL_MS = 60_000;

/** The certificate that all listeners serve, and what takes its place. */
export interface ServedTls {
  readonly context: TlsContext;
  /** Clients need a certificate too. */
  readonly areClientsAsked: boolean;
  /** Calls `take` with each context that takes the place of the one there is. */
  follow(take: (context: TlsContext) => void): void;
  /** Looks at the files now. What cannot be used is said in the log, and the old one stays. */
  renew(): void;
  close(): void;
}

export interface ServedTlsParts {
  readonly log: Pick<Log, 'info' | 'error'>;
  readonly nowMs: () => number;
  /** Told at the start and at each renewal when the certificate ends. */
  readonly onServed: (notAfterMs: number) => void;
}

/** Throws with all that is wrong with the files. */
export function openTls(config: TlsConfig, { log, nowMs, onServed }: ServedTlsParts): ServedTls {
  let files = readTlsFiles(config, nowMs());
  let lastProblem = '';
  const followers: ((context: TlsContext) => void)[] = [];
  onServed(files.notAfterMs);

  function renew(): void {
    let found: TlsFiles;
    try {
      found = readTlsFiles(config, nowMs());
    } catch (fault) {
      const problem = fault instanceof Error ? fault.message : String(fault);
      // A file that stays broken is one line, not one a minute.
      if (problem !== lastProblem) log.error({ problem }, 'the renewed TLS files cannot be used; the old ones stay');
      lastProblem = problem;
      return;
    }
    lastProblem = '';
    if (isSame(found.context, files.context)) return;
    files = found;
    for (const take of followers) take(files.context);
    onServed(files.notAfterMs);
    log.info({ notAfter: new Date(files.notAfterMs).toISOString() }, 'the TLS certificate was renewed');
  }

  const timer = setInterval(renew, LOOK_INTERVAL_MS).unref();
  process.on('SIGHUP', renew);
  return {
    get context() {
      return files.context;
    },
    areClientsAsked: config.clientCaFile !== null,
    follow: (take) => void followers.push(take),
    renew,
    close() {
      clearInterval(timer);
      process.off('SIGHUP', renew);
    },
  };
}

function isSame(one: TlsContext, other: TlsContext): boolean {
  const hasSameCa = one.ca === undefined || other.ca === undefined ? one.ca === other.ca : one.ca.equals(other.ca);
  return one.cert.equals(other.cert) && one.key.equals(other.key) && hasSameCa;
}
