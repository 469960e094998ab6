import { Admission } from '../gate/admission.ts';
import { answeredAttempt, failedAttempt } from '../calls/attempt.ts';
import type { OngoingCall } from '../calls/call.ts';
import { asCall, belowSpan, currentCall, withoutCall } from '../calls/currentCall.ts';
import { isApiPromise } from './clientShapes.ts';
import type { ApiClient, ClientPrototype, Method } from './clientShapes.ts';
import { say, sayFault } from '../fault.ts';
import { fieldsOrEmpty, isFields } from '../fields.ts';
import type { Fields } from '../fields.ts';
import type { ClientFamily } from './families.ts';
import { watchPromise } from './promisePatch.ts';
import { shared } from '../shared.ts';
import { describeLate } from '../calls/startCall.ts';
import { startClientCall } from './clientCall.ts';
import { mayAskForUsage, refusesUsageOption } from '../calls/target.ts';

const patched = new WeakSet<object>();

/**
 * Patches the client class of one copy of an SDK, by shape: whichever class of the prototype chain owns `post` and
 * `makeRequest`. Several copies in one process are patched one by one; one class is patched once.
 */
export function patchClient(exported: unknown, family: ClientFamily): void {
  try {
    const prototype = findPrototype(exported, family);
    if (prototype === null || patched.has(prototype)) return;
    patched.add(prototype);
    const { fetchWithTimeout: exchange } = prototype;
    const seesAttempts = exchange !== undefined && owns(prototype, 'fetchWithTimeout');
    if (seesAttempts) prototype.fetchWithTimeout = patchedFetch(exchange);
    prototype.post = patchedPost(prototype.post, family, seesAttempts);
    prototype.makeRequest = patchedMakeRequest(prototype.makeRequest);
  } catch (fault) {
    sayFault(`patching ${family.packageName}`, fault);
  }
}

function findPrototype(exported: unknown, family: ClientFamily): ClientPrototype | null {
  const namespace = exported as Fields;
  const found = family.classNames.map((name) => namespace[name]).find((value) => typeof value === 'function');
  if (found === undefined) return null;
  for (
    let prototype: unknown = found.prototype;
    prototype !== null && prototype !== undefined;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    if (owns(prototype, 'post') && owns(prototype, 'makeRequest')) return prototype as unknown as ClientPrototype;
  }
  say(`${family.packageName}: its client has no method "post" to watch; its calls are not recorded`);
  return null;
}

const owns = (object: unknown, name: string): boolean =>
  typeof object === 'object' &&
  object !== null &&
  Object.hasOwn(object, name) &&
  typeof (object as Fields)[name] === 'function';

function patchedPost(original: Method, family: ClientFamily, seesAttempts: boolean): Method {
  return function post(this: ApiClient, ...args: unknown[]): unknown {
    let call: OngoingCall | null = null;
    try {
      call = startClientCall(this, family, args);
      if (call !== null && shared.gate?.isActive === true) call.admission = new Admission(shared.gate, seesAttempts);
    } catch (fault) {
      sayFault('starting a span', fault);
    }
    // Recorded by the client itself, or not at all: what sends it must not record it either.
    if (call === null)
      return asks(family, args) ? withoutCall(() => original.apply(this, args)) : original.apply(this, args);
    const ongoing = call;
    const [path, options, ...rest] = args;
    let promise: unknown;
    try {
      promise = asCall(ongoing, () => original.call(this, path, prepare(options, ongoing), ...rest));
    } catch (error) {
      ongoing.end(error);
      throw error;
    }
    try {
      if (isApiPromise(promise)) watchPromise(promise, ongoing);
    } catch (fault) {
      sayFault('watching a call', fault);
    }
    return promise;
  };
}

const asks = (family: ClientFamily, [path]: readonly unknown[]): boolean =>
  typeof path === 'string' && family.operationOf(path) !== null;

/**
 * Awaited by the SDK before it builds the request: what stands here can change the request, or refuse it by throwing,
 * with no byte sent. The caller's objects are never changed. Every await costs each call some microseconds.
 */
async function prepare(options: unknown, call: OngoingCall): Promise<unknown> {
  let resolved = options instanceof Promise ? await options : options;
  if (!isFields(resolved)) return resolved;
  if (resolved !== options) describeLate(call, resolved['body']);
  // Outside of what is caught below: a refusal is no fault.
  const { admission } = call;
  if (admission !== null) {
    const sent = resolved;
    resolved = await belowSpan(call, () => admission.admit(sent, call));
  }
  try {
    if (!isFields(resolved)) return resolved;
    const { body } = resolved;
    call.sawRequest(body);
    if (!isFields(body) || body['stream'] !== true || body['stream_options'] !== undefined) return resolved;
    // `create(…).asResponse()` has to be heard first: who reads the bytes gets those of his own request.
    await Promise.resolve();
    if (!call.operation.usageOnRequest || call.readsRaw || !mayAskForUsage(call.target)) return resolved;
    call.askedForUsage = true;
    return { ...resolved, body: { ...body, stream_options: { include_usage: true } } };
  } catch (fault) {
    sayFault('preparing a request', fault);
    return resolved;
  }
}

/**
 * Failures are read here, in the promise the SDK itself hands on: a handler attached beside it would swallow the
 * `unhandledRejection` of a call nobody awaits, and a promise derived beside it would raise a second one.
 */
function patchedMakeRequest(original: Method): Method {
  return function makeRequest(this: ApiClient, ...args: unknown[]): unknown {
    const call = currentCall();
    if (call === undefined) return original.apply(this, args);
    // Another request, made by the application inside this one: by a middleware, or its own fetch.
    if (call.attempts > 0 && (args[1] ?? null) === null) return original.apply(this, args);
    const { admission } = call;
    const send = (...actual: unknown[]): unknown => belowSpan(call, () => original.apply(this, actual));
    const request =
      call.attempts > 0 && admission?.coversNoMore === true
        ? send(admission.admitAgain(args[0], call), ...args.slice(1))
        : send(...args);
    if (!(request instanceof Promise)) return request;
    call.attempts += 1;
    if (call.attempts > 1) return request;
    return request.then(
      (props: unknown) => {
        call.sawResponse();
        return props;
      },
      async (error: unknown) => {
        try {
          const props = await withoutUsageOption(error, call, args[0], (options) => send(options, null, undefined));
          call.sawResponse();
          return props;
        } catch (last) {
          call.end(last);
          throw last;
        }
      },
    );
  };
}

/** One HTTP exchange, unless the SDK's own retry: whether its request left decides what becomes of its reservation. */
function patchedFetch(original: Method): Method {
  return function fetchWithTimeout(this: ApiClient, ...args: unknown[]): unknown {
    const admission = currentCall()?.admission ?? null;
    if (admission !== null) admission.attempt = 'unknown';
    const answer = original.apply(this, args);
    if (admission === null || !(answer instanceof Promise)) return answer;
    return answer.then(
      (response: unknown) => {
        admission.attempt = answeredAttempt(response);
        return response;
      },
      (error: unknown) => {
        admission.attempt = failedAttempt(error);
        throw error;
      },
    );
  };
}

/** A host that refuses the option we added gets the application's own request, and is not asked again. */
async function withoutUsageOption(
  error: unknown,
  call: OngoingCall,
  options: unknown,
  again: (options: unknown) => unknown,
): Promise<unknown> {
  const { status, message } = fieldsOrEmpty(error);
  if (!call.askedForUsage || status !== 400 || !/stream_options|include_usage/.test(String(message))) throw error;
  call.askedForUsage = false;
  refusesUsageOption(call.target.host);
  const sent = await options;
  if (!isFields(sent) || !isFields(sent['body'])) throw error;
  const { stream_options: _ours, ...body } = sent['body'];
  return again({ ...sent, body });
}
