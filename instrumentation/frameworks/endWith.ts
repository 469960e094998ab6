import { sayFault } from '../fault.ts';
import type { FrameworkSpan } from './frameworkSpan.ts';

type End = { readonly error: unknown } | undefined;

/** What nobody reads to its end: its span ends with whoever forgot it. */
const dropped = new FinalizationRegistry<FrameworkSpan>((span) => span.end());

/**
 * Runs what returns, or resolves to, something that goes on by itself, such as a streamed run: the span ends when `endOf` that
 * settles, at once where it gives null. `endOf` must not reject, nor handle a rejection that was the application's to handle.
 */
export function endWith(
  span: FrameworkSpan | null,
  call: () => unknown,
  endOf: (result: unknown) => Promise<End> | null,
): unknown {
  if (span === null) return call();
  const fail = (error: unknown): never => {
    span.end({ error });
    throw error;
  };
  const watch = (result: unknown): unknown => {
    const end = safely(endOf, result);
    if (end === null) {
      span.end();
      return result;
    }
    if (typeof result === 'object' && result !== null) dropped.register(result, span);
    void end.then(
      (failure) => span.end(failure),
      (fault: unknown) => {
        sayFault('waiting for the end of an agent', fault);
        span.end();
      },
    );
    return result;
  };
  let result: unknown;
  try {
    result = span.inside(call);
  } catch (error) {
    return fail(error);
  }
  return result instanceof Promise ? result.then(watch, fail) : watch(result);
}

function safely(endOf: (result: unknown) => Promise<End> | null, result: unknown): Promise<End> | null {
  try {
    return endOf(result);
  } catch (fault) {
    sayFault('watching an agent', fault);
    return null;
  }
}
