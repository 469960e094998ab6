import { AsyncLocalStorage } from 'node:async_hooks';
import { context, trace } from '@opentelemetry/api';
import type { OngoingCall } from './call.ts';
import { spanForProvider } from '../attribution/run.ts';
import { shared } from '../shared.ts';

/**
 * Beside OpenTelemetry's context, which nobody need carry: what holds back a call must find it in any process. Of every copy
 * of this package: the application's span processor asks for the preload's call.
 */
const calls = (shared.calls ??= new AsyncLocalStorage()) as AsyncLocalStorage<OngoingCall | null>;

/** The call whose request is being made here. */
export function currentCall(): OngoingCall | undefined {
  return calls.getStore() ?? undefined;
}

/** Whether a layer above has seen the request that is made here, even if there was nothing to record. */
export function isBelowCall(): boolean {
  return calls.getStore() !== undefined;
}

/** Runs what makes a request that needs no call: not sampled, or recorded by its client. Layers below leave it alone. */
export function withoutCall<Result>(run: () => Result): Result {
  return calls.run(null, run);
}

/** Runs the SDK's side of a call. */
export function asCall<Result>(call: OngoingCall, run: () => Result): Result {
  return calls.run(call, run);
}

/** Runs what sends a call's requests, with its span as the parent of what instrumentations of transports record. */
export function belowSpan<Result>(call: OngoingCall, run: () => Result): Result {
  return context.with(trace.setSpan(context.active(), spanForProvider(call.span)), run);
}

export function insideCall<Result>(call: OngoingCall, run: () => Result): Result {
  return asCall(call, () => belowSpan(call, run));
}
