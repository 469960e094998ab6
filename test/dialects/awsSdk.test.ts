// Attributes are hand-written after @opentelemetry/instrumentation-aws-sdk 0.78.0 (services/bedrock-runtime).
import { describe, expect, it } from 'vitest';
import { buckets, readCall, readSkeleton, type Written } from './spans.ts';

const SCOPE = '@opentelemetry/instrumentation-aws-sdk';
const invoke = (model: string, rest: Written = {}): Written => ({
  'rpc.system': 'aws-api',
  'gen_ai.system': 'aws.bedrock',
  'gen_ai.request.model': model,
  'gen_ai.usage.input_tokens': 40,
  'gen_ai.usage.output_tokens': 7,
  ...rest,
});
const converse: Written = { 'gen_ai.operation.name': 'chat' };

describe("the AWS SDK's Bedrock spans", () => {
  it('are exclusive, and lossy for models with prompt caching, whose cache they never show', () => {
    const claude = readCall(SCOPE, invoke('eu.anthropic.claude-sonnet-4-5-20250929-v1:0', converse));
    expect(buckets(claude)).toEqual([40, null, null, null, 7, null]);
    expect(claude).toMatchObject({
      dialect: 'aws-sdk',
      operation: 'chat',
      provider: 'aws.bedrock',
      cacheSemantics: 'exclusive:scope',
      isEmitterKnown: true,
      lossy: true,
    });
    expect(readCall(SCOPE, invoke('amazon.nova-lite-v1:0', converse)).lossy).toBe(true);
    expect(readCall(SCOPE, invoke('meta.llama3-70b-instruct-v1:0', converse)).lossy).toBe(false);
  });

  it('guess what InvokeModel does not return, and pass on what Converse returns', () => {
    for (const model of ['cohere.command-r-v1:0', 'us.cohere.command-text-v14', 'mistral.mistral-7b-instruct-v0:2']) {
      expect(readCall(SCOPE, invoke(model)).usageSource).toBe('estimate');
      expect(readCall(SCOPE, invoke(model, converse)).usageSource).toBe('provider');
    }
    for (const model of ['amazon.titan-text-lite-v1', 'cohere.embed-english-v3', 'amazon.nova-lite-v1:0']) {
      expect(readCall(SCOPE, invoke(model)).usageSource).toBe('provider');
    }
  });

  it('are told completions from embeddings by the model, for InvokeModel names no operation', () => {
    expect(readCall(SCOPE, invoke('amazon.titan-text-lite-v1')).operation).toBe('text_completion');
    expect(readCall(SCOPE, invoke('amazon.titan-embed-text-v2:0')).operation).toBe('embeddings');
  });

  it('of other services are no calls', () => {
    expect(readSkeleton(SCOPE, { 'rpc.system': 'aws-api', 'rpc.service': 'S3' }).operation).toBe(null);
    expect(readSkeleton(SCOPE, { 'rpc.service': 'S3', request_id: 'r', model: 'm' }).operation).toBe(null);
  });
});
