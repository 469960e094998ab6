import { isFields } from '../fields.ts';
import type { Fields } from '../fields.ts';

/** What clients of the AWS SDK 3 have in common, as far as the patch touches it. */
export interface SmithyClient {
  readonly middlewareStack: MiddlewareStack;
}

interface MiddlewareStack {
  add(middleware: Middleware, options: Readonly<Record<string, unknown>>): void;
}

/** `input` as the command has it; from the step `finalizeRequest` on, `request` as it is sent. */
export interface MiddlewareArguments {
  readonly input: unknown;
  readonly request?: unknown;
}

/** `response` is the HTTP answer, `output` what the application gets of it. */
export interface MiddlewareResult {
  readonly response?: unknown;
  readonly output?: unknown;
}

export type Next = (args: MiddlewareArguments) => Promise<MiddlewareResult>;
export type Middleware = (next: Next, context: Fields) => Next;

export type Send = (this: SmithyClient, ...args: unknown[]) => unknown;

/** The class whose instances are patched; null where it has another shape. */
export function clientPrototype(exported: unknown, className: string): { send: Send } | null {
  const found = (exported as Fields)[className];
  const prototype: unknown = typeof found === 'function' ? found.prototype : null;
  return isFields(prototype) && typeof prototype['send'] === 'function' ? (prototype as { send: Send }) : null;
}

export const hasStack = (client: unknown): client is SmithyClient =>
  isFields(client) && isFields(client['middlewareStack']) && typeof client['middlewareStack']['add'] === 'function';
