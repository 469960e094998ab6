import { cleanDimension } from '../attribution/cleanDimension.ts';
import { readSubject } from '../attribution/subject.ts';
import type { LlmCall, SpanSkeleton } from '../call.ts';
import type { ReceivedSpan } from '../span.ts';
import { isUsageUnknown } from '../usage.ts';
import { toBuckets } from './buckets.ts';
import { readCounts } from './counts.ts';
import type { Dialect, Habits, JsonFacts, OwnFacts } from './dialect.ts';
import { dialectOf, index, llmBits } from './dialects.ts';
import { habitsOf } from './emitters.ts';
import { at, collect, text, type Found } from './fields.ts';
import { isLossy } from './lossy.ts';
import { isPaid, operationNamed, sharedContainerRule } from './operations.ts';
import { readPriceFacts, readPriceName } from './priceFacts.ts';
import { familyOf, readProvider } from './provider.ts';
import { readReportedCost } from './reportedCost.ts';
import { readResource } from './resource.ts';
import { noSources, withSource, type FindSource, type SourceRule } from './sources.ts';
import { isHeldBack, readReservationId } from './tollgate.ts';

export type SpanReading =
  | { readonly kind: 'call'; readonly call: LlmCall }
  | { readonly kind: 'span'; readonly skeleton: SpanSkeleton };

/**
 * Understands one span: a call to a model (or a total over such calls, `role: 'container'`), or any other span, of which
 * only a skeleton is kept. Never throws, whatever the attributes hold. `findSource` is what the operator says of emitters.
 */
export function readSpan(span: ReceivedSpan, findSource: FindSource = noSources): SpanReading {
  const found = collect(span.attributes, index);
  if ((found.vocabularies & llmBits) === 0) return { kind: 'span', skeleton: skeletonOf(span, found, null) };
  const dialect = dialectOf(span, found);
  if (dialect === null) return { kind: 'span', skeleton: skeletonOf(span, found, null) };

  const written = cleanDimension(found.values[at.operation]);
  const operation = written === null ? (dialect.operation?.(found, span) ?? null) : operationNamed(written);
  const skeleton = skeletonOf(span, found, operation);
  const scope = cleanDimension(span.scope.name);
  const source = findSource(scope, skeleton.service);
  if (source?.usage === 'ignore') return { kind: 'span', skeleton };
  const call = readCall({ span, found, dialect, skeleton, scope, source });
  return call === null ? { kind: 'span', skeleton } : { kind: 'call', call };
}

function skeletonOf(span: ReceivedSpan, found: Found, operation: string | null): SpanSkeleton {
  const { service, environment } = readResource(span.resource);
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: cleanDimension(span.name) ?? '',
    kind: span.kind,
    startUnixNano: span.startUnixNano,
    durationNano: span.endUnixNano > span.startUnixNano ? span.endUnixNano - span.startUnixNano : 0n,
    status: span.status === 'error' ? 'error' : 'ok',
    service,
    environment: environment ?? cleanDimension(found.values[at.environment]),
    operation,
    own: readSubject(found, span),
  };
}

interface CallSpan {
  readonly span: ReceivedSpan;
  readonly found: Found;
  readonly dialect: Dialect;
  readonly skeleton: SpanSkeleton;
  readonly scope: string | null;
  readonly source: SourceRule | null;
}

const noFacts: OwnFacts & JsonFacts = {};

/** The call a span stands for, or null when it stands for none. */
function readCall({ span, found, dialect, skeleton, scope, source }: CallSpan): LlmCall | null {
  const { operation } = skeleton;
  const own = dialect.own?.(span, found) ?? noFacts;
  const counts = readCounts(found);
  const json = dialect.readJson?.(found, counts, span) ?? noFacts;

  const provider = source?.provider ?? own.provider ?? writtenProvider(found, dialect) ?? json.provider ?? null;
  const requestModel = own.requestModel ?? cleanDimension(found.values[at.requestModel]);
  const responseModel = cleanDimension(found.values[at.responseModel]) ?? json.responseModel ?? null;
  const model = responseModel ?? requestModel;
  const family = familyOf(provider, source?.provider ?? writtenName(found, dialect), model);
  const habits = withSource(dialect.habits?.(span, found, family) ?? habitsOf(span.scope.name, family), source);
  const { usage, cacheSemantics, fault } = toBuckets(counts, habits, family, source);

  const reportsUsage = !isUsageUnknown(usage) || fault !== null;
  const containerRule = containerRuleOf(found, span.name, dialect, operation, source);
  if (!reportsUsage) {
    if (isHeldBack(span)) return null;
    if (containerRule !== null || (dialect.callNeedsUsage?.(found, operation, span) ?? false)) return null;
    if (!isSilentCall(operation, model)) return null;
  }
  // Named one by one: a spread followed by as many further properties costs 40 us, this 0.2.
  return {
    traceId: skeleton.traceId,
    spanId: skeleton.spanId,
    parentSpanId: skeleton.parentSpanId,
    name: skeleton.name,
    kind: skeleton.kind,
    startUnixNano: skeleton.startUnixNano,
    durationNano: skeleton.durationNano,
    status: skeleton.status,
    service: skeleton.service,
    environment: skeleton.environment,
    operation,
    own: skeleton.own,
    role: containerRule === null ? 'call' : 'container',
    containerRule,
    dialect: dialect.name,
    scope,
    isEmitterKnown: habits.isKnown,
    provider,
    model,
    requestModel,
    responseModel,
    responseId: cleanDimension(found.values[at.responseId]) ?? json.responseId ?? null,
    requestId: cleanDimension(found.values[at.requestId]) ?? own.requestId ?? json.requestId ?? null,
    reservationId: readReservationId(found),
    errorType: cleanDimension(found.values[at.errorType]),
    httpStatus: cleanDimension(found.values[at.httpStatus]),
    usage,
    cacheSemantics,
    usageSource: isEstimate(found, habits, json) ? 'estimate' : 'provider',
    lossy:
      reportsUsage &&
      (json.lossy === true ||
        isLossy(counts, habits, operation, model) ||
        (dialect.lossy?.(span, found, family, counts) ?? false)),
    usageFault: fault,
    serviceTier:
      readPriceName(found.values[at.serviceTier]) ??
      json.tariff?.serviceTier ??
      readPriceName(found.values[at.requestServiceTier]) ??
      json.askedTariff?.serviceTier ??
      null,
    priceFacts: readPriceFacts(found, json),
    reportedCostFemtoUsd:
      readReportedCost(found.values[at.reportedCost]) ??
      own.reportedCostFemtoUsd ??
      json.tariff?.reportedCostFemtoUsd ??
      null,
    resourceSubject: readResource(span.resource).subject,
  };
}

function writtenProvider(found: Found, dialect: Dialect): string | null {
  return dialect.namesNoProvider === true ? null : readProvider(found.values[at.provider]);
}

function writtenName(found: Found, dialect: Dialect): string | null {
  return dialect.namesNoProvider === true ? null : text(found, at.provider);
}

function isEstimate(found: Found, habits: Habits, json: JsonFacts): boolean {
  return habits.estimates || json.estimated === true || text(found, at.usageSource) === 'estimate';
}

function containerRuleOf(
  found: Found,
  spanName: string,
  dialect: Dialect,
  operation: string | null,
  source: SourceRule | null,
): string | null {
  if (source?.usage === 'container') return 'sources.usage=container';
  const ofDialect = source?.usage === 'call' ? null : dialect.containerRule?.(found);
  return ofDialect ?? sharedContainerRule(found, spanName, operation);
}

/** A failed or silent call: told by its operation or, where old emitters give none, by its model. */
function isSilentCall(operation: string | null, model: string | null): boolean {
  return operation === null ? model !== null : isPaid(operation);
}
