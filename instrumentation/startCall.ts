import { INVALID_SPAN_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import type { Attributes, Span } from '@opentelemetry/api';
import { currentAttribution } from './currentAttribution.ts';
import { OngoingCall } from './call.ts';
import type { ApiClient } from './clientShapes.ts';
import { sayFault } from './fault.ts';
import { fieldsOrEmpty, isFields, textOf } from './fields.ts';
import { askedAttributes, askedFacts } from './priceFacts.ts';
import type { ClientFamily, Operation } from './operation.ts';
import { carryRun, dropRun, parentContext, runOfContext } from './run.ts';
import { shared } from './shared.ts';
import { targetOf } from './target.ts';
import { tracer } from './tracer.ts';

/**
 * Null where there is nothing to do: not a model call; or, where nobody is asked beforehand, one that is not sampled or that its
 * client records itself.
 */
export function startCall(
  client: ApiClient,
  family: ClientFamily,
  [path, options]: readonly unknown[],
): OngoingCall | null {
  const operation = typeof path === 'string' ? family.operationOf(path) : null;
  if (operation === null) return null;
  const isGated = shared.gate?.isActive === true;
  const run = runOfContext();
  const attribution = attributionWithRun(run);
  const target = targetOf(client, family);
  const deployment = textOf(client.deploymentName);
  const body = isFields(options) ? options['body'] : null;
  const own = spanOfClient(options, attribution, body);
  if (own !== null)
    return isGated ? new OngoingCall({ operation, target, span: own, deployment, run, isForeign: true }) : null;
  const request = requestAttributes(body, client);
  const span = startSpan(spanName(operation, request), isGated, {
    'gen_ai.operation.name': operation.name,
    ...target.attributes,
    ...request,
    ...attribution,
  });
  return span.isRecording() || isGated
    ? new OngoingCall({ operation, target, span, deployment, run, isForeign: false })
    : null;
}

function startSpan(name: string, isGated: boolean, attributes: Attributes): Span {
  try {
    const span = tracer().startSpan(name, { kind: SpanKind.CLIENT, attributes }, parentContext());
    carryRun(span);
    return span;
  } catch (fault) {
    if (!isGated) throw fault;
    // Whoever cannot record a call still has to ask before it is made.
    sayFault('starting a span', fault);
    return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  }
}

/** A run that came with the trace is written out: who reads the span need not read its trace state. */
function attributionWithRun(run: string | null): Attributes | undefined {
  const attribution = currentAttribution();
  return run === null || attribution?.['tollgate.run.id'] === run
    ? attribution
    : { ...attribution, 'tollgate.run.id': run };
}

const spanName = (operation: Operation, request: Attributes): string =>
  [operation.name, request['gen_ai.request.model']].filter((part) => part !== undefined).join(' ');

function requestAttributes(body: unknown, client: Pick<ApiClient, 'deploymentName'>): Attributes {
  const attributes: Attributes = {};
  const model = (isFields(body) ? body['model'] : undefined) ?? client.deploymentName;
  if (typeof model === 'string' && model !== '') attributes['gen_ai.request.model'] = model;
  return { ...attributes, ...askedAttributes(askedFacts(fieldsOrEmpty(body))) };
}

/** The application passed its options as a promise, so that the span started without them. */
export function describeLate({ span, operation }: OngoingCall, body: unknown): void {
  try {
    const request = requestAttributes(body, {});
    span.updateName(spanName(operation, request));
    span.setAttributes(request);
  } catch (fault) {
    sayFault('describing a request', fault);
  }
}

/**
 * `@anthropic-ai/sdk` hands its own span down in the options when the application turned its tracing on. It reports the
 * call then; the attribution is missing on it, and it sends what its trace state has to the provider.
 */
function spanOfClient(options: unknown, attribution: Attributes | undefined, body: unknown): Span | null {
  const native =
    isFields(options) && isFields(options['__span'])
      ? (options['__span']['span'] as Partial<Span> | undefined)
      : undefined;
  if (native?.isRecording?.() !== true) return null;
  // Region and speed decide the price, and it writes neither.
  native.setAttributes?.({ ...attribution, ...askedAttributes(askedFacts(fieldsOrEmpty(body))) });
  dropRun(native);
  return native as Span;
}
