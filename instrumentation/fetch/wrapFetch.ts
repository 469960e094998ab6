import { sayFault } from '../fault.ts';
import { passThrough } from './fetchCall.ts';
import type { Fetch } from './fetchCall.ts';

/**
 * Wraps `globalThis.fetch`: every client without a patch of its own that sends through it, and every application that is
 * bundled into one file. A proxy, so that name, length, prototype and whatever else is asked of the function are Node's.
 * Nothing here loads undici, which Node does with the first request.
 */
export function wrapFetch(): void {
  try {
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
    // An accessor, or nothing at all, is not Node's; what stands behind it is not ours to call.
    if (typeof descriptor?.value !== 'function' || descriptor.configurable !== true) return;
    const wrapped: unknown = new Proxy(descriptor.value as Fetch, {
      apply: (original, self: unknown, args: unknown[]) =>
        passThrough((actual) => Reflect.apply(original, self, actual) as Promise<unknown>, args),
    });
    Object.defineProperty(globalThis, 'fetch', { ...descriptor, value: wrapped });
  } catch (fault) {
    sayFault('wrapping fetch', fault);
  }
}
