export { withAgent } from './agent.ts';
export type { AgentOptions } from './agent.ts';
export { withAttribution } from './attribution.ts';
export type { CallAttribution } from './attribution.ts';
export { AttributionSpanProcessor } from './attributionProcessor.ts';
export type { PolicyCallback, PolicyQuestion, PolicyVerdict } from './gated.ts';
export { setPolicyCallback } from './policyCallback.ts';

export { PolicyDeniedError } from './policyDeniedError.ts';
export type {
  PolicyCall,
  PolicyDecision,
  PolicyEffect,
  PolicyModification,
  PolicyReason,
  PolicySubject,
} from './policyWire.ts';
export { recordLlmCall } from './recordCall.ts';
export type { LlmCallRecord } from './recordCall.ts';
