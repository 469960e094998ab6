import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Attributes, TracerProvider } from '@opentelemetry/api';

/**
 * What every copy of this package in a process must agree on: the preload may come from another `node_modules` than the
 * application's `import '@tollgate/node'`. The number changes when the shape does.
 */
interface Shared {
  attribution?: AsyncLocalStorage<Attributes>;
  /** Set by the preload; decides span by span whether the application's provider or our own is used. */
  tracerProvider?: TracerProvider;
}

const KEY: unique symbol = Symbol.for('tollgate.node.1');
const holder = globalThis as { [KEY]?: Shared };

export const shared: Shared = (holder[KEY] ??= {});
