export { withAgent } from './agent.ts';
export type { AgentOptions } from './agent.ts';
export { withAttribution } from './attribution.ts';
export type { CallAttribution } from './attribution.ts';
export { AttributionSpanProcessor } from './attributionProcessor.ts';
export { recordLlmCall } from './recordCall.ts';
export type { LlmCallRecord } from './recordCall.ts';
