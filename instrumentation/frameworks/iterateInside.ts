import { isFields } from '../fields.ts';
import type { FrameworkSpan } from './frameworkSpan.ts';

/** Never read to its end nor left: it ends with whoever forgot it. */
const dropped = new FinalizationRegistry<FrameworkSpan>((span) => span.end());

/**
 * An async generator whose every step runs inside the span that `start` gives at its first step, and which ends that span as it
 * ends itself. A generator's body runs in the context of whoever asks for its next value.
 */
export function iterateInside(
  generated: unknown,
  start: () => FrameworkSpan | null,
  isFailure: (error: unknown) => boolean,
): unknown {
  if (!isFields(generated) || typeof generated['next'] !== 'function') return generated;
  const generator = generated as unknown as AsyncGenerator;
  let span: FrameworkSpan | null | undefined;
  const step = async (
    ask: () => Promise<IteratorResult<unknown>>,
    isLast: boolean,
  ): Promise<IteratorResult<unknown>> => {
    if (span === undefined && !isLast) {
      span = start();
      if (span !== null) dropped.register(iterator, span);
    }
    const running = span ?? null;
    if (running === null) return ask();
    try {
      const result = await running.inside(ask);
      if (result.done === true || isLast) running.end();
      return result;
    } catch (error) {
      running.end(isFailure(error) ? { error } : undefined);
      throw error;
    }
  };
  const steps: Pick<AsyncGenerator, 'next' | 'return' | 'throw'> = {
    next: (...args) => step(() => generator.next(...args), false),
    return: (value) => step(() => generator.return(value), true),
    throw: (error) => step(() => generator.throw(error), false),
  };
  // What else generators have comes from their prototype, whichever Node runs.
  const iterator = Object.assign(Object.create(Object.getPrototypeOf(generator) as object) as AsyncGenerator, steps);
  return iterator;
}
