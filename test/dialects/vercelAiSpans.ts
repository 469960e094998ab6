// Attributes are hand-written after the sources of ai 4.3.19, 5.0.277, 6.0.326 and @ai-sdk/otel 1.0.173, until recordings
// replace them. One bill throughout: 25 input outside the cache, 2048 read from it, 10 output.
import type { Written } from './spans.ts';

export const inner = {
  'operation.name': 'ai.generateText.doGenerate faq',
  'ai.operationId': 'ai.generateText.doGenerate',
  'ai.telemetry.functionId': 'faq',
  'ai.telemetry.metadata.userId': 'u1',
  'ai.telemetry.metadata.sessionId': 's1',
  'ai.telemetry.metadata.plan': 'pro',
  'ai.model.provider': 'anthropic.messages',
  'ai.model.id': 'claude-sonnet-4-5',
  'gen_ai.system': 'anthropic.messages',
  'gen_ai.request.model': 'claude-sonnet-4-5',
  'gen_ai.response.model': 'claude-sonnet-4-5-20250929',
  'gen_ai.response.id': 'msg_01abc',
  'ai.response.id': 'msg_01abc',
};
export const exclusiveUsage = {
  'ai.usage.promptTokens': 25,
  'ai.usage.completionTokens': 10,
  'gen_ai.usage.input_tokens': 25,
  'gen_ai.usage.output_tokens': 10,
};
export const metadata = (content: object): Written => ({ 'ai.response.providerMetadata': JSON.stringify(content) });
export const anthropicUsage = {
  input_tokens: 25,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 2048,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  output_tokens: 10,
  service_tier: 'standard',
};
