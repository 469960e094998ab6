import { AsyncLocalStorage } from 'node:async_hooks';
import type { Attributes } from '@opentelemetry/api';
import { shared } from '../shared.ts';

/** The attributes of the current attribution; undefined outside of any. */
export function currentAttribution(): Attributes | undefined {
  return attributionStorage().getStore();
}

export function attributionStorage(): AsyncLocalStorage<Attributes> {
  return (shared.attribution ??= new AsyncLocalStorage<Attributes>());
}
