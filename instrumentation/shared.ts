import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Attributes, TracerProvider } from '@opentelemetry/api';

/**
 * What every copy of this package in a process must agree on: the preload may come from another `node_modules` than the
 * application's `import '@tollgate/node'`. The number changes when the shape does.
 */
interface Shared {
  attribution?: AsyncLocalStorage<Attributes>;
  /** Set by the preload. */
  tracerProvider?: TracerProvider;
}

const KEY = Symbol.for('tollgate.node.1');

declare global {
  // oxlint-disable-next-line no-var -- `declare global` knows no other way to type a property of globalThis
  var __tollgate: undefined;
}

const holder: { [KEY]?: Shared } = globalThis;
export const shared: Shared = (holder[KEY] ??= {});
