import { sayFault } from '../fault.ts';
import type { Fields } from '../fields.ts';

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** What was wrapped: one class comes by several files and by both module formats. */
const wrapped = new WeakSet<Method>();

/** `call` runs the function as it was called, or with other arguments. */
type Around = (self: Fields, args: readonly unknown[], call: (changed?: readonly unknown[]) => unknown) => unknown;

/** Puts `around` about a method of a class, on its prototype. A class without the method stays as it is. */
export function wrapMethod(owner: unknown, name: string, around: Around): void {
  if (typeof owner !== 'function') return;
  const prototype = owner.prototype as object | undefined;
  const descriptor = prototype === undefined ? undefined : Object.getOwnPropertyDescriptor(prototype, name);
  const original: unknown = descriptor?.value;
  if (prototype === undefined || typeof original !== 'function' || wrapped.has(original as Method)) return;
  Object.defineProperty(prototype, name, { ...descriptor, value: wrapFunction(original as Method, around) });
}

/** The same about a function that is no method of a class. A proxy is the function in all but what a call does. */
export function wrapFunction<Wrapped extends Method>(original: Wrapped, around: Around): Wrapped {
  if (wrapped.has(original)) return original;
  const proxy = new Proxy(original, {
    apply: (target, self: unknown, args: unknown[]) =>
      around(self as Fields, args, (changed = args) => Reflect.apply(target, self, changed) as unknown),
  });
  wrapped.add(proxy);
  return proxy;
}

/** What is read of objects of others; null where they throw, or have nothing to tell. */
export function factsOf<Facts>(what: string, read: () => Facts | null): Facts | null {
  try {
    return read();
  } catch (fault) {
    sayFault(`reading ${what}`, fault);
    return null;
  }
}
