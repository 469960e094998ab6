import type { LlmCall, PricedCall } from '../call.ts';
import { billableUsage } from './billableUsage.ts';
import { Catalogue } from './catalogue.ts';
import type { Layer } from './layer.ts';
import { libraryCard } from './libraryCard.ts';
import { reportedCost } from './reportedCost.ts';

export interface Pricing {
  /** What the call costs and by which card, or why nobody can say. Never throws, whatever a sender wrote. */
  price(call: LlmCall): PricedCall;
}

/**
 * Prices calls by layers: the first that answers decides, and the library's card answers for all the others. One instance
 * remembers the cards of the names it has seen.
 */
export function createPricing(): Pricing {
  const layers: readonly Layer[] = [reportedCost, billableUsage];
  const otherwise = libraryCard(new Catalogue());
  return {
    price(call) {
      for (const layer of layers) {
        const price = layer(call);
        if (price !== null) return withPrice(call, price);
      }
      return withPrice(call, otherwise(call));
    },
  };
}

/** Field by field: 0.16 µs, where `{ ...call, price }` takes V8 1 to 2.5 µs for an object of this many fields. */
function withPrice(call: LlmCall, price: PricedCall['price']): PricedCall {
  return {
    traceId: call.traceId,
    spanId: call.spanId,
    parentSpanId: call.parentSpanId,
    name: call.name,
    kind: call.kind,
    startUnixNano: call.startUnixNano,
    durationNano: call.durationNano,
    status: call.status,
    service: call.service,
    environment: call.environment,
    operation: call.operation,
    own: call.own,
    role: call.role,
    containerRule: call.containerRule,
    dialect: call.dialect,
    scope: call.scope,
    isEmitterKnown: call.isEmitterKnown,
    provider: call.provider,
    model: call.model,
    requestModel: call.requestModel,
    responseModel: call.responseModel,
    responseId: call.responseId,
    requestId: call.requestId,
    reservationId: call.reservationId,
    errorType: call.errorType,
    httpStatus: call.httpStatus,
    usage: call.usage,
    cacheSemantics: call.cacheSemantics,
    usageSource: call.usageSource,
    lossy: call.lossy,
    usageFault: call.usageFault,
    serviceTier: call.serviceTier,
    priceFacts: call.priceFacts,
    reportedCostFemtoUsd: call.reportedCostFemtoUsd,
    resourceSubject: call.resourceSubject,
    price,
  };
}
