import { SpanKind, context, trace } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import { askedSubject } from '../gate/askedCall.ts';
import { withAttribution } from './attribution.ts';
import { currentAttribution } from './currentAttribution.ts';
import type { CallAttribution } from './attribution.ts';
import { setError } from '../calls/call.ts';
import { PolicyDeniedError } from '../gate/policyDeniedError.ts';
import { markVerdict } from '../gate/policySpan.ts';
import { carryRun, parentContext } from './run.ts';
import { shared } from '../shared.ts';
import { tracer } from '../sending/tracer.ts';

/** Beside the name, whom the agent's run belongs to: as for `withAttribution`. */
export interface AgentOptions extends Omit<CallAttribution, 'agent'> {
  /** Asks first whether the run may start; where it may not, `fn` is not called. */
  readonly enforce?: boolean | undefined;
}

/**
 * Runs `fn` in an `invoke_agent` span, the parent of everything inside, and attributes what it costs to the agent.
 * The span ends when `fn` returns, or when the promise it returns settles; what it throws is thrown on.
 * With `enforce: true` the result is always a promise, which rejects with `PolicyDeniedError` where the run may not start.
 */
export function withAgent<Result>(name: string, fn: () => Result): Result;
export function withAgent<Result>(
  name: string,
  options: AgentOptions & { readonly enforce: true },
  fn: () => Result,
): Promise<Awaited<Result>>;
export function withAgent<Result>(name: string, options: AgentOptions | null | undefined, fn: () => Result): Result;
export function withAgent(
  name: string,
  ...rest: [fn: () => unknown] | [options: AgentOptions | null | undefined, fn: () => unknown]
): unknown {
  const [options, fn] = rest.length === 1 ? [null, rest[0]] : rest;
  const { enforce, ...attribution }: AgentOptions = options ?? {};
  return withAttribution({ ...attribution, agent: name }, () => {
    const span = tracer().startSpan(
      `invoke_agent ${name}`,
      {
        kind: SpanKind.INTERNAL,
        attributes: { 'gen_ai.operation.name': 'invoke_agent', ...currentAttribution() },
      },
      parentContext(),
    );
    carryRun(span);
    const run = enforce === true ? async () => (await mayStart(span), fn()) : fn;
    let result: unknown;
    try {
      result = context.with(trace.setSpan(context.active(), span), run);
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
    );
  });
}

/** Rejects with `PolicyDeniedError` where the run may not start. Nothing is reserved. */
async function mayStart(span: Span): Promise<void> {
  const { gate } = shared;
  if (gate?.isActive !== true) return;
  const verdict = await gate.decide(() => ({ subject: askedSubject(currentAttribution(), span), call: null }));
  markVerdict(span, verdict, gate.enforces);
  if (verdict.isRefused && gate.enforces) throw new PolicyDeniedError(verdict.decision);
}

function endSpan(span: Span, failure?: { readonly error: unknown }): void {
  if (failure !== undefined) setError(span, failure.error);
  span.end();
}
