import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Attributes, SpanContext, TracerProvider } from '@opentelemetry/api';
import type { Gatekeeper, PolicyCallback } from './gate/gated.ts';

/**
 * What every copy of this package in a process must agree on: the preload may come from another `node_modules` than the
 * application's `import '@tollgate/node'`. The number changes when the shape does.
 */
interface Shared {
  attribution?: AsyncLocalStorage<Attributes>;
  /** The call whose requests are being made here; null where a layer above has seen that there is none. */
  calls?: AsyncLocalStorage<object | null>;
  /** Set by the preload; decides span by span whether the application's provider or our own is used. */
  tracerProvider?: TracerProvider;
  /** Set by the preload. */
  gate?: Gatekeeper;
  policyCallback?: PolicyCallback;
  /** Set by the preload: sends what waits to be sent, however long that takes. May reject. */
  flush?: () => Promise<unknown>;
  /** The parent that came with the process's environment, and the variables it was read from. */
  root?: { readonly spanContext: SpanContext; readonly traceparent: string; readonly tracestate: string | undefined };
}

const KEY: unique symbol = Symbol.for('tollgate.node.2');
const holder = globalThis as { [KEY]?: Shared };

export const shared: Shared = (holder[KEY] ??= {});
