import type { OngoingCall } from '../calls/call.ts';
import type { Operation } from '../calls/operation.ts';
import { isFields, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';
import type { Wire } from '../wires/wireOf.ts';
import type { Change, Outgoing } from './outgoing.ts';

/** The body as every layer shows one: with the model and `stream` in it, wherever the wire has them. */
export function viewOf({ model, isStream, streamsByDefault }: Wire, body: Fields | null): Fields | null {
  if (body === null) return null;
  const streams = isStream ?? (body['stream'] ?? streamsByDefault) === true;
  if (model === null && streams === (body['stream'] === true)) return body;
  return { ...body, ...(model === null ? {} : { model }), ...(streams ? { stream: true } : {}) };
}

/** On a host nobody knows, a path like a provider's is not enough. */
export function looksLikeCall({ operation, deployment }: Wire, view: Fields | null): boolean {
  if (view === null || (textOf(view['model']) ?? deployment) === null) return false;
  return operation.request.contents.some((name) => (view[name] ?? null) !== null);
}

/** Streams of OpenAI's chats tell their usage only where that is asked for, and the application has not said. */
export function asksForUsage({ usageOnRequest }: Operation, view: Fields | null): boolean {
  return usageOnRequest && view?.['stream'] === true && view['stream_options'] === undefined;
}

/**
 * What is sent for a view that the gate has changed: another model goes back to where the wire has it. Throws
 * `PolicyDeniedError` where that cannot be done.
 */
export function sentChange(wire: Wire, request: Outgoing, granted: unknown, { admission }: OngoingCall): Change {
  const cannot = (what: string): Error => admission?.impossible(what) ?? new Error(what);
  const original = request.body instanceof Promise ? null : request.body;
  if (!isFields(granted) || original === null) throw cannot('the body of the request is no JSON object');
  if (request.isSigned) throw cannot('the request is signed and cannot be changed');
  const body: Record<string, unknown> = { ...granted };
  for (const name of wire.model === null ? ['stream'] : ['stream', 'model']) {
    if (Object.hasOwn(original, name)) body[name] = original[name];
    else delete body[name];
  }
  const model = textOf(granted['model']);
  if (wire.model === null || model === null || model === wire.model) return { url: null, body };
  const url = wire.withModel(model);
  if (url === null) throw cannot('the model in the address cannot be changed');
  return { url, body };
}
