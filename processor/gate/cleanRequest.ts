import { cleanDimension } from '../../src/attribution/cleanDimension.ts';
import { readTags } from '../../src/attribution/tags.ts';
import { readPriceName } from '../../src/dialects/priceFacts.ts';
import { readProvider } from '../../src/dialects/provider.ts';
import type { AskedCall, DecisionRequest, OuterVerdict, Subject } from '../../src/policy/decision.ts';
import { storableText } from '../../src/storableText.ts';

/** The dimensions as a span of the same call would have them stored: reservation and charge have to find the same counters. */
export function cleanRequest(request: DecisionRequest): DecisionRequest {
  const { subject, call, idempotencyKey } = request;
  return {
    ...request,
    subject: cleanSubject(subject),
    call: call === null ? null : cleanCall(call),
    idempotencyKey: idempotencyKey === null ? null : storableText(idempotencyKey),
  };
}

export function cleanVerdict(outer: OuterVerdict): OuterVerdict {
  return { ...outer, model: cleaned(outer.model), message: storableText(outer.message) };
}

function cleanSubject({ agent, user, session, service, environment, tags }: Subject): Subject {
  return {
    agent: cleaned(agent),
    user: cleaned(user),
    session: cleaned(session),
    service: cleaned(service),
    environment: cleaned(environment),
    tags: readTags(Object.entries(tags), undefined),
  };
}

function cleanCall(call: AskedCall): AskedCall {
  return {
    ...call,
    provider: call.provider === null ? null : readProvider(call.provider),
    model: cleaned(call.model) ?? '',
    // W3C trace ids are lower-case.
    traceId: cleaned(call.traceId)?.toLowerCase() ?? null,
    runId: cleaned(call.runId),
    operation: cleaned(call.operation),
    serviceTier: readPriceName(call.serviceTier),
    inferenceGeo: readPriceName(call.inferenceGeo),
    speed: readPriceName(call.speed),
    searchContextSize: readPriceName(call.searchContextSize),
  };
}

function cleaned(value: string | null): string | null {
  return value === null ? null : cleanDimension(value);
}
