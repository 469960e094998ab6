import { cleanDimension } from '../../attribution/cleanDimension.ts';
import { readSubject } from '../../attribution/subject.ts';
import type { LlmCall } from '../../call.ts';
import type { ReceivedLog } from '../../log.ts';
import { toBuckets } from '../buckets.ts';
import { readCounts } from '../counts.ts';
import { at, collect } from '../fields.ts';
import { isLossy } from '../lossy.ts';
import { familyOf } from '../provider.ts';
import { readReportedCost } from '../reportedCost.ts';
import { readResource } from '../resource.ts';
import { noSources, withSource, type FindSource } from '../sources.ts';
import { findEvent } from './logEvents.ts';
import { identityOf } from './logIdentity.ts';
import { durationOf, timeOf } from './logTime.ts';
import { logIndex } from './vocabulary.ts';

const CLIENT = 3;
const OPERATION = 'chat';

/**
 * The call that a log record describes, or null for a record that describes none. Never throws, whatever the attributes
 * hold. `findSource` is what the operator says of emitters.
 */
export function readLog(record: ReceivedLog, findSource: FindSource = noSources): LlmCall | null {
  const known = findEvent(record);
  if (known === null) return null;
  const { emitter, event } = known;
  const found = collect(record.attributes, logIndex);
  const counts = readCounts(found);
  const status = event.outcome(record, counts);
  if (status === null) return null;
  const { service, environment, subject } = readResource(record.resource);
  const scope = cleanDimension(record.scope.name);
  const source = findSource(scope, service);
  if (source?.usage === 'ignore') return null;

  emitter.complete?.(record, counts);
  const model = cleanDimension(found.values[at.requestModel]);
  const provider = source?.provider ?? emitter.provider(record, model);
  const habits = withSource(emitter.habits, source);
  const { usage, cacheSemantics, fault } = toBuckets(counts, habits, familyOf(provider, provider, model), source);
  const requestId = cleanDimension(found.values[at.requestId]);
  const { traceId, spanId } = identityOf(record, event.name, requestId);
  const time = timeOf(record);
  const durationNano = durationOf(record);
  const isContainer = source?.usage === 'container';
  return {
    traceId,
    spanId,
    parentSpanId: record.traceId === null ? null : record.spanId,
    name: event.name,
    kind: CLIENT,
    startUnixNano: time > durationNano ? time - durationNano : 0n,
    durationNano,
    status,
    service,
    environment,
    operation: OPERATION,
    own: readSubject(found, { scope: record.scope, name: event.name, kind: CLIENT, traceState: '' }),
    role: isContainer ? 'container' : 'call',
    containerRule: isContainer ? 'sources.usage=container' : null,
    dialect: emitter.dialect,
    scope,
    isEmitterKnown: habits.isKnown,
    provider,
    model,
    requestModel: model,
    responseModel: null,
    responseId: cleanDimension(found.values[at.responseId]),
    requestId,
    reservationId: null,
    errorType: cleanDimension(found.values[at.errorType]),
    httpStatus: cleanDimension(found.values[at.httpStatus]),
    usage,
    cacheSemantics,
    usageSource: habits.estimates ? 'estimate' : 'provider',
    lossy: isLossy(counts, habits, OPERATION, model),
    usageFault: fault,
    serviceTier: null,
    priceFacts: emitter.priceFacts?.(record) ?? null,
    reportedCostFemtoUsd: readReportedCost(found.values[at.reportedCost]),
    resourceSubject: subject,
  };
}
