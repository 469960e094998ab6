import { SpanKind } from '@opentelemetry/api';
import type { Attributes, Span } from '@opentelemetry/api';
import { currentAttribution } from './attribution.ts';
import { OngoingCall } from './call.ts';
import type { ApiClient } from './clientShapes.ts';
import { isFields } from './fields.ts';
import type { ClientFamily, Operation } from './operation.ts';
import { targetOf } from './target.ts';
import { tracer } from './tracer.ts';

/** Null where there is nothing to record: not a model call, not sampled, or a client that records itself. */
export function startCall(
  client: ApiClient,
  family: ClientFamily,
  [path, options]: readonly unknown[],
): OngoingCall | null {
  const operation = typeof path === 'string' ? family.operationOf(path) : null;
  if (operation === null) return null;
  const attribution = currentAttribution();
  if (recordsItself(options, attribution)) return null;
  const target = targetOf(client, family);
  const request = requestAttributes(isFields(options) ? options['body'] : null, client);
  const span = tracer().startSpan(spanName(operation, request), {
    kind: SpanKind.CLIENT,
    attributes: { 'gen_ai.operation.name': operation.name, ...target.attributes, ...request, ...attribution },
  });
  return span.isRecording() ? new OngoingCall(operation, target, span) : null;
}

const spanName = (operation: Operation, request: Attributes): string =>
  [operation.name, request['gen_ai.request.model']].filter((part) => part !== undefined).join(' ');

function requestAttributes(body: unknown, client: Pick<ApiClient, 'deploymentName'>): Attributes {
  const attributes: Attributes = {};
  const model = (isFields(body) ? body['model'] : undefined) ?? client.deploymentName;
  if (typeof model === 'string' && model !== '') attributes['gen_ai.request.model'] = model;
  const tier = isFields(body) ? body['service_tier'] : undefined;
  if (typeof tier === 'string') attributes['gen_ai.request.service_tier'] = tier;
  return attributes;
}

/** The application passed its options as a promise, so that the span started without them. */
export function describeLate({ span, operation }: OngoingCall, body: unknown): void {
  const request = requestAttributes(body, {});
  span.updateName(spanName(operation, request));
  span.setAttributes(request);
}

/**
 * `@anthropic-ai/sdk` hands its own span down in the options when the application turned its tracing on. It reports the
 * call then; only the attribution is missing on it.
 */
function recordsItself(options: unknown, attribution: Attributes | undefined): boolean {
  const native =
    isFields(options) && isFields(options['__span'])
      ? (options['__span']['span'] as Partial<Span> | undefined)
      : undefined;
  if (native?.isRecording?.() !== true) return false;
  if (attribution !== undefined) native.setAttributes?.(attribution);
  return true;
}
