import { answeredAttempt, failedAttempt } from '../calls/attempt.ts';
import { backgroundCalls } from '../calls/call.ts';
import type { OngoingCall } from '../calls/call.ts';
import { insideCall, isBelowCall } from '../calls/currentCall.ts';
import { startCall } from '../calls/startCall.ts';
import { mayAskForUsage, parseTarget, refusesUsageOption } from '../calls/target.ts';
import { sayFault } from '../fault.ts';
import type { Fields } from '../fields.ts';
import { Admission } from '../gate/admission.ts';
import { PolicyDeniedError } from '../gate/policyDeniedError.ts';
import { shared } from '../shared.ts';
import { wireOf } from '../wires/wireOf.ts';
import type { Wire } from '../wires/wireOf.ts';
import { deniedResponse } from './denial.ts';
import { addressOf, headersOf, methodOf, readRequest, urlOf } from './outgoing.ts';
import type { Change, Outgoing } from './outgoing.ts';
import { asksForUsage, looksLikeCall, sentChange, viewOf } from './requestView.ts';
import { watchResponse } from './watchResponse.ts';

export type Fetch = (...args: unknown[]) => Promise<unknown>;
type Send = (args: readonly unknown[]) => Promise<unknown>;

/**
 * One `fetch(…)` of the application: to an endpoint of a model it is a call, recorded and gated as the SDKs' are; any
 * other goes on as it is. A layer above that is at work has the call already.
 */
export function passThrough(send: Send, args: readonly unknown[]): Promise<unknown> {
  let found: Found | null = null;
  try {
    found = isBelowCall() ? null : findCall(args);
  } catch (fault) {
    sayFault('reading a request', fault);
  }
  if (found === null) return withAwaited(send, args);
  return found.request.body instanceof Promise ? later(send, found) : now(send, found);
}

/** Fetches the answer of a call that goes on in the background. */
function withAwaited(send: Send, args: readonly unknown[]): Promise<unknown> {
  const sent = send(args);
  const call = backgroundCalls.isAny ? awaitedFor(args) : null;
  if (call === null) return sent;
  return sent.then((response) => {
    try {
      const isAnswer = response instanceof Response && response.ok;
      return isAnswer ? watchResponse(response, call, { format: 'openai' }) : response;
    } catch (fault) {
      sayFault('reading a response', fault);
      return response;
    }
  });
}

function awaitedFor(args: readonly unknown[]): OngoingCall | null {
  try {
    const [method, url] = [methodOf(args), urlOf(args)];
    return method === null || url === null ? null : backgroundCalls.fetchedBy(method, url);
  } catch (fault) {
    sayFault('reading a request', fault);
    return null;
  }
}

interface Found {
  readonly request: Outgoing;
  readonly wire: Wire;
}

function findCall(args: readonly unknown[]): Found | null {
  const address = addressOf(args);
  const wire = address === null ? null : wireOf(address, headersOf(args));
  if (address === null || wire === null) return null;
  const request = readRequest(address, args, shared.gate?.isActive === true);
  return request === null ? null : { request, wire };
}

/** A `Request` gives its body to nobody without a wait. */
async function later(send: Send, { request, wire }: Found): Promise<unknown> {
  return now(send, { request: { ...request, body: await request.body }, wire });
}

/** Without a gate the request is sent in the same turn as without us. */
function now(send: Send, { request, wire }: Found): Promise<unknown> {
  let exchange: Exchange | null = null;
  try {
    exchange = startExchange(send, request, wire);
  } catch (fault) {
    sayFault('starting a span', fault);
  }
  if (exchange === null) return send(request.argsFor(null, false));
  return exchange.call.admission === null ? sendCall(exchange, null) : admitAndSend(exchange);
}

interface Exchange {
  readonly send: Send;
  readonly request: Outgoing;
  readonly wire: Wire;
  /** The request's body as layers show it to the gate; null where nobody knows it. */
  readonly view: Fields | null;
  readonly call: OngoingCall;
}

function startExchange(send: Send, request: Outgoing, wire: Wire): Exchange | null {
  const body = request.body instanceof Promise ? null : request.body;
  const view = viewOf(wire, body);
  if (!wire.isKnownHost && !looksLikeCall(wire, view)) return null;
  const call = startCall({
    operation: wire.operation,
    target: parseTarget(request.url, wire.provider, wire.format === 'openai' && wire.deployment === null),
    body: view,
    // What nobody can read cannot be written anew with another model either.
    deployment: wire.deployment ?? (view === null ? wire.model : null),
    clientSpan: null,
  });
  if (call === null) return null;
  // The count of an SDK that is bundled with the application, and retries with a request of its own.
  call.attempts = 1 + request.retryCount;
  if (shared.gate?.isActive === true) call.admission = new Admission(shared.gate, true);
  call.sawRequest(view);
  return { send, request, wire, view, call };
}

/** A refusal is an answer: clients take an error of `fetch` for a broken connection, and try again. */
async function admitAndSend(exchange: Exchange): Promise<unknown> {
  const { request, call, view, wire } = exchange;
  let change: Change | null = null;
  try {
    const options = { body: view, signal: request.signal };
    const admitted = await call.admission?.admit(options, call);
    if (admitted !== undefined && admitted !== options) change = sentChange(wire, request, admitted['body'], call);
    call.sawRequest(admitted?.['body']);
  } catch (fault) {
    if (fault instanceof PolicyDeniedError) {
      call.end(fault);
      return deniedResponse(fault, wire, request.url.href);
    }
    sayFault('asking for a decision', fault);
  }
  return sendCall(exchange, change);
}

function sendCall(exchange: Exchange, change: Change | null): Promise<unknown> {
  const { call, request, view } = exchange;
  call.askedForUsage = asksForUsage(call.operation, view) && mayAskForUsage(call.target);
  return transmit(exchange, request.argsFor(change, call.askedForUsage), change);
}

function transmit(exchange: Exchange, args: readonly unknown[], change: Change | null): Promise<unknown> {
  const { send, call, request } = exchange;
  const { admission } = call;
  if (admission !== null && request.signal?.aborted !== true) admission.attempt = 'unknown';
  return insideCall(call, () => send(args)).then(
    (response) => received(exchange, response, change),
    (error: unknown) => {
      if (admission !== null && admission.attempt !== 'unsent') admission.attempt = failedAttempt(error);
      call.end(error);
      throw error;
    },
  );
}

function received(exchange: Exchange, response: unknown, change: Change | null): unknown {
  const { call, wire } = exchange;
  try {
    if (call.admission !== null) call.admission.attempt = answeredAttempt(response);
    if (response instanceof Response && response.status === 400 && call.askedForUsage)
      return refused(exchange, response, change);
    call.sawResponse();
    return watchResponse(response, call, wire, exchange.request);
  } catch (fault) {
    sayFault('reading a response', fault);
    call.end();
    return response;
  }
}

/** A host that refuses the option we added gets the application's own request, and is not asked again. */
async function refused(exchange: Exchange, response: Response, change: Change | null): Promise<unknown> {
  const { call, request, wire } = exchange;
  const text = await response
    .clone()
    .text()
    .catch(() => '');
  if (!/stream_options|include_usage/.test(text)) {
    call.sawResponse();
    return watchResponse(response, call, wire, request);
  }
  call.askedForUsage = false;
  refusesUsageOption(call.target.host);
  return transmit(exchange, request.argsFor(change, false), change);
}
