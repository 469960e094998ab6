import { INVALID_SPAN_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import type { Attributes, Span } from '@opentelemetry/api';
import { currentAttribution } from '../attribution/currentAttribution.ts';
import { OngoingCall } from './call.ts';
import { sayFault } from '../fault.ts';
import { fieldsOrEmpty, isFields, textOf } from '../fields.ts';
import { hasMetrics } from '../metrics/callMetrics.ts';
import { askedAttributes, askedFacts } from './priceFacts.ts';
import type { Operation } from './operation.ts';
import { noticeOtherReporter } from './otherReporter.ts';
import { shapeOf } from './requestShape.ts';
import { carryRun, dropRun, parentContext, runOfContext } from '../attribution/run.ts';
import { shared } from '../shared.ts';
import type { Target } from './target.ts';
import { tracer } from '../sending/tracer.ts';

/** A request to a model as the layer that makes it knows it. */
export interface RequestedCall {
  readonly operation: Operation;
  readonly target: Target;
  /** The request's body, with the model as `model` wherever the wire has it; null while the application still makes it. */
  readonly body: unknown;
  /** The model that the client puts into every address; null where the body names it. */
  readonly deployment: string | null;
  /** The span with which the client reports this call itself; null where it does not. */
  readonly clientSpan: Span | null;
}

/** Null where nobody is asked beforehand and there is nothing to record: not sampled, or its client records it itself. */
export function startCall({ operation, target, body, deployment, clientSpan }: RequestedCall): OngoingCall | null {
  const isGated = shared.gate?.isActive === true;
  const run = runOfContext();
  const attribution = attributionWithRun(run);
  if (clientSpan !== null) {
    adopt(clientSpan, attribution, body);
    if (!isGated) describeShape(clientSpan, operation, body);
    return isGated ? new OngoingCall({ operation, target, span: clientSpan, deployment, run, isForeign: true }) : null;
  }
  noticeOtherReporter();
  const model = modelOf(body, deployment);
  const span = startSpan(spanName(operation, model), isGated, {
    'gen_ai.operation.name': operation.name,
    ...target.attributes,
    ...requestAttributes(body, model),
    ...attribution,
  });
  if (!isGated) describeShape(span, operation, body);
  if (!span.isRecording() && !isGated && !hasMetrics()) return null;
  const call = new OngoingCall({ operation, target, span, deployment, run, isForeign: false });
  call.model = model;
  return call;
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

const spanName = (operation: Operation, model: string | null): string =>
  model === null ? operation.name : `${operation.name} ${model}`;

const modelOf = (body: unknown, deployment: string | null): string | null =>
  textOf((isFields(body) ? body['model'] : undefined) ?? deployment);

function requestAttributes(body: unknown, model: string | null): Attributes {
  const attributes = askedAttributes(askedFacts(fieldsOrEmpty(body)));
  if (model !== null) attributes['gen_ai.request.model'] = model;
  return attributes;
}

/** Where the gate is asked, it measures the request later anyway, and describes it then. */
function describeShape(span: Span, { request }: Operation, body: unknown): void {
  try {
    if (span.isRecording()) span.setAttributes(shapeOf(body, request));
  } catch (fault) {
    sayFault('measuring a request', fault);
  }
}

/** The application passed its options as a promise, so that the span started without them. */
export function describeLate(call: OngoingCall, body: unknown): void {
  const { span, operation, deployment } = call;
  if (call.admission === null) describeShape(span, operation, body);
  try {
    call.model = modelOf(body, deployment);
    span.updateName(spanName(operation, call.model));
    span.setAttributes(requestAttributes(body, call.model));
  } catch (fault) {
    sayFault('describing a request', fault);
  }
}

/** The client's own span reports the call; the attribution is missing on it, and it sends what its trace state has to the provider. */
function adopt(span: Span, attribution: Attributes | undefined, body: unknown): void {
  // Region and speed decide the price, and no client writes either.
  span.setAttributes({ ...attribution, ...askedAttributes(askedFacts(fieldsOrEmpty(body))) });
  dropRun(span);
}
