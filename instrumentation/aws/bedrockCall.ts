import { AsyncLocalStorage } from 'node:async_hooks';
import { failedAttempt } from '../calls/attempt.ts';
import type { OngoingCall } from '../calls/call.ts';
import { currentCall, insideCall } from '../calls/currentCall.ts';
import { startCall } from '../calls/startCall.ts';
import { parseTarget } from '../calls/target.ts';
import { watchedIteration } from '../clients/streamPatch.ts';
import { sayFault } from '../fault.ts';
import { fieldsOrEmpty, isFields, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';
import { Admission } from '../gate/admission.ts';
import { shared } from '../shared.ts';
import { bedrockRequestOf, bodyOf } from './bedrockRequest.ts';
import type { BedrockRequest } from './bedrockRequest.ts';
import type { Middleware, MiddlewareArguments, MiddlewareResult, Next } from './smithy.ts';

const PROVIDER = 'aws.bedrock';
/** Region and endpoint are found out on the way: the address comes with the first attempt. */
const target = parseTarget('', PROVIDER, false);

/** The signal of the `send` that is at work: commands do not carry it. */
export const signalOfSend = new AsyncLocalStorage<AbortSignal | undefined>();

interface SentCall {
  readonly call: OngoingCall;
  readonly request: BedrockRequest;
  /** As it was admitted. */
  body: Fields | null;
  /** Of the answer, for a stream that has to be closed. */
  bytes: unknown;
}

const sentCalls = new WeakMap<OngoingCall, SentCall>();

/** Around a whole call, retries included: the last of the step `initialize`, so that it sees the input as it will be sent. */
export const watchCall: Middleware = (next, context) => (args) => {
  const sent = begin(context, args);
  return sent === null ? next(args) : insideCall(sent.call, () => perform(sent, args, next));
};

function begin({ commandName }: Fields, { input }: MiddlewareArguments): SentCall | null {
  try {
    const request = bedrockRequestOf(commandName, input);
    if (request === null) return null;
    const { operation, body, model } = request;
    const call = startCall({ operation, target, body, deployment: body === null ? model : null, clientSpan: null });
    if (call === null) return null;
    if (shared.gate?.isActive === true) call.admission = new Admission(shared.gate, true);
    const sent = { call, request, body, bytes: null };
    sentCalls.set(call, sent);
    return sent;
  } catch (fault) {
    sayFault('starting a span', fault);
    return null;
  }
}

async function perform(sent: SentCall, args: MiddlewareArguments, next: Next): Promise<MiddlewareResult> {
  const { call } = sent;
  try {
    const admitted = call.admission === null ? args : await admit(sent, call.admission, args);
    call.sawRequest(sent.body);
    const result = await next(admitted);
    readResult(sent, result.output);
    return result;
  } catch (error) {
    call.end(error);
    throw error;
  }
}

/** The input as it may be sent; the application's own stays as it is. Rejects with `PolicyDeniedError`. */
async function admit(sent: SentCall, admission: Admission, args: MiddlewareArguments): Promise<MiddlewareArguments> {
  const { call, request } = sent;
  const { body } = await admission.admit({ body: sent.body, signal: signalOfSend.getStore() }, call);
  if (body === sent.body || !isFields(body)) return args;
  const input = request.inputOf(body);
  if (input === null)
    throw admission.impossible(`a body for ${String(request.model)} is none for ${String(body['model'])}`);
  sent.body = body;
  return { ...args, input };
}

/** Around one HTTP exchange: the innermost of the step `deserialize`, inside the SDK's retries. */
export const watchAttempt: Middleware = (next) => async (args) => {
  const call = currentCall();
  const sent = call === undefined ? undefined : sentCalls.get(call);
  if (sent === undefined) return next(args);
  if (sent.call.attempts > 0) await admitAgain(sent);
  const { admission } = sent.call;
  sent.call.attempts += 1;
  readAddress(sent.call, args.request);
  if (admission !== null) admission.attempt = 'unknown';
  try {
    const result = await next(args);
    readAnswer(sent, result.response);
    return result;
  } catch (error) {
    if (admission !== null) admission.attempt = failedAttempt(error);
    throw error;
  }
};

/** By now the request is signed: what another grant would change cannot be changed any more. */
async function admitAgain({ call, body }: SentCall): Promise<void> {
  const { admission } = call;
  if (admission?.coversNoMore !== true) return;
  const admitted = await admission.admitAgain({ body, signal: signalOfSend.getStore() }, call);
  const changed = fieldsOrEmpty(fieldsOrEmpty(admitted)['body']);
  const { outputLimit } = call.operation;
  if (body === null || changed === body) return;
  if (changed['model'] !== body['model'] || outputLimit?.read(changed) !== outputLimit?.read(body))
    throw admission.impossible('a retry is signed already and cannot be changed');
}

function readAddress({ span, attempts }: OngoingCall, request: unknown): void {
  if (attempts > 1 || !isFields(request)) return;
  const port = typeof request['port'] === 'number' ? `:${request['port']}` : '';
  try {
    const address = `${String(request['protocol'])}//${String(request['hostname'])}${port}`;
    span.setAttributes(parseTarget(address, PROVIDER, false).attributes);
  } catch (fault) {
    sayFault('describing a request', fault);
  }
}

function readAnswer(sent: SentCall, response: unknown): void {
  const { statusCode, headers, body } = fieldsOrEmpty(response);
  const { call } = sent;
  const isSuccess = typeof statusCode === 'number' && statusCode < 300;
  if (call.admission !== null) call.admission.attempt = isSuccess ? 'accepted' : 'refused';
  if (!isSuccess) return;
  sent.bytes = body;
  call.sawResponse();
  // The SDK writes their names in small letters.
  call.readHeaders((name) => textOf(fieldsOrEmpty(headers)[name]));
}

function readResult(sent: SentCall, output: unknown): void {
  const { call } = sent;
  try {
    const { stream, body } = fieldsOrEmpty(output);
    const events = isIterable(stream) ? stream : isIterable(body) ? body : null;
    if (events !== null) {
      watchEvents(events, sent);
      return;
    }
    call.readResponse(body === undefined ? output : bodyOf(body));
  } catch (fault) {
    sayFault('reading a response', fault);
  }
  call.end();
}

interface EventIterable {
  [Symbol.asyncIterator](): AsyncIterator<unknown>;
}

const isIterable = (value: unknown): value is EventIterable => isFields(value) && Symbol.asyncIterator in value;

function watchEvents(events: EventIterable, { call, bytes }: SentCall): void {
  const iterate = events[Symbol.asyncIterator];
  // The SDK's iterators do not close what they read from.
  const controller = {
    abort(): void {
      if (isFields(bytes) && typeof bytes['destroy'] === 'function') (bytes['destroy'] as () => void).call(bytes);
    },
  };
  Object.defineProperty(events, Symbol.asyncIterator, {
    value: watchedIteration(events, () => iterate.call(events), call, controller),
    writable: true,
    configurable: true,
    enumerable: Object.hasOwn(events, Symbol.asyncIterator),
  });
}
