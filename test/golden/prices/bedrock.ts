/** See bill.ts for how to read them. */
export const bedrock = `
A regional profile costs a tenth more than the global one from Claude 4.5 on; writes for an hour cost twice the input:
# aws.amazon.com/bedrock/pricing, in litellm 1.109.1
aws.bedrock us.anthropic.claude-sonnet-4-5-20250929-v1:0 | input_uncached 1000 × 3.30 + cache_read 100 × 0.33 + cache_write_5m 100 × 4.125 + cache_write_1h 100 × 6.60 + output 100 × 16.50 | 0.0060555 | aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0 correction
aws.bedrock us.anthropic.claude-sonnet-4-5-20250929-v1:0 | input_uncached 200001 × 6.60 + output 100 × 24.75 | 1.3224816 | aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0 correction
aws.bedrock global.anthropic.claude-sonnet-4-5-20250929-v1:0 | input_uncached 1000 × 3 + cache_write_1h 100 × 6 + output 100 × 15 | 0.0051 | aws/global.anthropic.claude-sonnet-4-5-20250929-v1:0 correction
aws.bedrock eu.anthropic.claude-haiku-4-5-20251001-v1:0 | input_uncached 1000 × 1.10 + cache_write_1h 100 × 2.20 + output 100 × 5.50 | 0.00187 | aws/regional.anthropic.claude-haiku-4-5-20251001-v1:0 correction
aws.bedrock global.anthropic.claude-opus-5-5 | input_uncached 1000 × 4 + cache_write_1h 100 × 8 + output 100 × 20 | 0.0068 | aws/global.anthropic.claude-opus-5-5
aws.bedrock us.anthropic.claude-opus-5-5 | input_uncached 1000 × 4.40 + cache_read 100 × 0.22 + cache_write_1h 100 × 8.80 + output 100 × 22 | 0.007502 | aws/regional.anthropic.claude-opus-5-5
aws.bedrock global.anthropic.claude-sonnet-5-5 | input_uncached 1000 × 2 + cache_read 1000 × 0.10 + output 100 × 10 | 0.0031 | aws/global.anthropic.claude-sonnet-5-5 correction
aws.bedrock us.anthropic.claude-haiku-5-5 | input_uncached 1000 × 0.11 + cache_read 1000 × 0.011 + output 100 × 0.55 | 0.000176 | aws/regional.anthropic.claude-haiku-5-5 correction
aws.bedrock us.anthropic.claude-sonnet-4-20250514-v1:0 2025-09-01T12:00:00Z | input_uncached 200001 × 6 + output 100 × 22.50 | 1.202256 | aws/regional.anthropic.claude-sonnet-4-20250514-v1:0 2025-08-12 correction
aws.bedrock us.anthropic.claude-sonnet-4-20250514-v1:0 2025-09-01T12:00:00Z | input_uncached 200000 × 3 + output 100 × 15 | 0.6015 | aws/regional.anthropic.claude-sonnet-4-20250514-v1:0 2025-08-12 correction

Ids without a profile are called through the region, or as the setting says:
aws.bedrock anthropic.claude-sonnet-4-5-20250929-v1:0 | input_uncached 1000 × 3.30 + output 100 × 16.50 | 0.00495 | aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0 correction
aws.bedrock anthropic.claude-sonnet-4-5-20250929-v1:0 bedrock=global | input_uncached 1000 × 3 + output 100 × 15 | 0.0045 | aws/global.anthropic.claude-sonnet-4-5-20250929-v1:0 correction
aws.bedrock us.anthropic.claude-sonnet-4-5-20250929-v1:0 bedrock=global | input_uncached 1000 × 3.30 + output 100 × 16.50 | 0.00495 | aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0 correction

ARNs, with their region, and names of other frameworks:
aws.bedrock arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0 | input_uncached 1000 × 3.30 + output 100 × 16.50 | 0.00495 | aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0 correction
aws.bedrock arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.anthropic.claude-opus-4-7 | input_uncached 1000 × 5 + cache_write_1h 10 × 10 + output 100 × 25 | 0.0076 | aws/global.anthropic.claude-opus-4-7-v1:0 correction
aws.bedrock arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-5-5 | input_uncached 1000 × 2.20 + cache_read 1000 × 0.11 + output 100 × 11 | 0.00341 | aws/regional.anthropic.claude-sonnet-5-5 correction
aws.bedrock arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.anthropic.claude-sonnet-5-5 | input_uncached 1000 × 2 + cache_read 1000 × 0.10 + output 100 × 10 | 0.0031 | aws/global.anthropic.claude-sonnet-5-5 correction
aws.bedrock apac.anthropic.claude-sonnet-5-5 | input_uncached 1000 × 2.20 + cache_read 1000 × 0.11 + output 100 × 11 | 0.00341 | aws/regional.anthropic.claude-sonnet-5-5 correction
aws.bedrock anthropic.claude-sonnet-5-5 bedrock=global | input_uncached 1000 × 2 + cache_read 1000 × 0.10 + output 100 × 10 | 0.0031 | aws/global.anthropic.claude-sonnet-5-5 correction
aws.bedrock arn:aws:bedrock:eu-west-1::foundation-model/amazon.titan-embed-text-v2:0 | input_uncached 1000 × 0.02 | 0.00002 | aws/amazon.titan-embed-text-v2:0 correction
litellm bedrock/us.anthropic.claude-opus-4-8 | input_uncached 1000 × 5.50 + output 100 × 27.50 | 0.00825 | aws/regional.anthropic.claude-opus-4-8-v1:0 correction
bedrock us.anthropic.claude-opus-4-8 | input_uncached 1000 × 5.50 + output 100 × 27.50 | 0.00825 | aws/regional.anthropic.claude-opus-4-8-v1:0 correction
set aws.bedrock arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/k3 → us.amazon.nova-pro-v1:0
aws.bedrock arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/k3 | input_uncached 1000 × 0.80 + output 100 × 3.20 | 0.00112 | aws/amazon.nova-pro-v1:0
set none

Other vendors' models; batch, flex and priority:
aws.bedrock amazon.nova-pro-v1:0 | input_uncached 1000 × 0.80 + cache_read 500 × 0.20 + output 100 × 3.20 | 0.00122 | aws/amazon.nova-pro-v1:0
aws.bedrock nova-lite | input_uncached 1000 × 0.06 + output 100 × 0.24 | 0.000084 | aws/amazon.nova-lite-v1:0
aws.bedrock amazon.nova-pro-v1:0 tier=priority | input_uncached 1000 × 1.40 + cache_read 500 × 0.35 + output 100 × 5.60 | 0.002135 | aws/amazon.nova-pro-v1:0
aws.bedrock amazon.nova-pro-v1:0 tier=flex | input_uncached 1000 × 0.40 + cache_read 500 × 0.10 + output 100 × 1.60 | 0.00061 | aws/amazon.nova-pro-v1:0
aws.bedrock global.anthropic.claude-sonnet-4-5-20250929-v1:0 tier=batch | input_uncached 1000 × 1.50 + output 100 × 7.50 | 0.00225 | aws/global.anthropic.claude-sonnet-4-5-20250929-v1:0 correction
aws.bedrock openai.gpt-oss-120b-1:0 tier=flex | input_uncached 1000 × 0.075 + output 100 × 0.30 | 0.000105 | aws/openai.gpt-oss-120b-1:0
aws.bedrock amazon.titan-embed-text-v1 | input_uncached 1000 × 0.10 | 0.0001 | aws/amazon.titan-embed-text-v1
aws.bedrock amazon.titan-embed-text-v2:0 | input_uncached 1000 × 0.02 | 0.00002 | aws/amazon.titan-embed-text-v2:0 correction
aws.bedrock us.meta.llama3-1-405b-instruct-v1:0 | input_uncached 1000 × 2.40 + output 100 × 2.40 | 0.00264 | aws/meta.llama3-1-405b-instruct-v1:0 correction
aws.bedrock eu.meta.llama3-2-3b-instruct-v1:0 | input_uncached 1000 × 0.15 + output 100 × 0.15 | 0.000165 | aws/meta.llama3-2-3b-instruct-v1:0
# aws.amazon.com/bedrock/pricing, in litellm 1.53.1
aws.bedrock cohere.command-r-plus-v1:0 | input_uncached 1000 × 3 + output 100 × 15 | 0.0045 | aws/cohere.command-r-plus-v1:0 correction
`;
