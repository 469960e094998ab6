import { AsyncLocalStorage } from 'node:async_hooks';
import { context, trace } from '@opentelemetry/api';
import type { OngoingCall } from './call.ts';
import { spanForProvider } from '../attribution/run.ts';

/** Beside OpenTelemetry's context, which nobody need carry: what holds back a call must find it in any process. */
const calls = new AsyncLocalStorage<OngoingCall>();

/** The call whose request is being made here. */
export function currentCall(): OngoingCall | undefined {
  return calls.getStore();
}

/** Runs the SDK's side of a call, with its span as the parent of what instrumentations of transports record. */
export function insideCall<Result>(call: OngoingCall, run: () => Result): Result {
  const active = trace.setSpan(context.active(), spanForProvider(call.span));
  return calls.run(call, () => context.with(active, run));
}
