import { SpanKind, context, trace } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import { currentAttribution, withAttribution } from './attribution.ts';
import type { CallAttribution } from './attribution.ts';
import { setError } from './call.ts';
import { tracer } from './tracer.ts';

/** Beside the name, whom the agent's run belongs to: as for `withAttribution`. */
export type AgentOptions = Omit<CallAttribution, 'agent'>;

/**
 * Runs `fn` in an `invoke_agent` span, the parent of everything inside, and attributes what it costs to the agent.
 * The span ends when `fn` returns, or when the promise it returns settles; what it throws is thrown on.
 */
export function withAgent<Result>(name: string, fn: () => Result): Result;
export function withAgent<Result>(name: string, options: AgentOptions, fn: () => Result): Result;
export function withAgent<Result>(
  name: string,
  ...rest: [fn: () => Result] | [options: AgentOptions, fn: () => Result]
): Result {
  const [options, fn] = rest.length === 1 ? [{}, rest[0]] : rest;
  return withAttribution({ ...options, agent: name }, () => {
    const span = tracer().startSpan(`invoke_agent ${name}`, {
      kind: SpanKind.INTERNAL,
      attributes: { 'gen_ai.operation.name': 'invoke_agent', ...currentAttribution() },
    });
    let result: Result;
    try {
      result = context.with(trace.setSpan(context.active(), span), fn);
    } catch (error) {
      endSpan(span, { error });
      throw error;
    }
    if (!(result instanceof Promise)) {
      endSpan(span);
      return result;
    }
    // What goes back is what is watched: a failure nobody handles is reported once, as without the span.
    return result.then(
      (value: unknown) => {
        endSpan(span);
        return value;
      },
      (error: unknown) => {
        endSpan(span, { error });
        throw error;
      },
    ) as Result;
  });
}

function endSpan(span: Span, failure?: { readonly error: unknown }): void {
  if (failure !== undefined) setError(span, failure.error);
  span.end();
}
