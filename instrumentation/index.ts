export { withAgent } from './attribution/agent.ts';
export type { AgentOptions } from './attribution/agent.ts';
export { withAttribution } from './attribution/attribution.ts';
export type { CallAttribution } from './attribution/attribution.ts';
export { AttributionSpanProcessor } from './attribution/attributionProcessor.ts';
export type { PolicyCallback, PolicyQuestion, PolicyVerdict } from './gate/gated.ts';
export { setPolicyCallback } from './gate/policyCallback.ts';

export { PolicyDeniedError } from './gate/policyDeniedError.ts';
export type {
  PolicyCall,
  PolicyDecision,
  PolicyEffect,
  PolicyModification,
  PolicyReason,
  PolicySubject,
} from './gate/policyWire.ts';
export { flush } from './flush.ts';
export type { FlushOptions } from './flush.ts';
export { recordLlmCall } from './calls/recordCall.ts';
export type { LlmCallRecord } from './calls/recordCall.ts';
