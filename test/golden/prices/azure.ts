/** See bill.ts for how to read them. */
export const azure = `
# azure.microsoft.com/pricing/details/cognitive-services/openai-service, Global, in litellm 1.109.1
azure.ai.openai gpt-4o | input_uncached 1000 × 2.50 + cache_read 1000 × 1.25 + output 500 × 10 | 0.00875 | azure/gpt-4o
azure.ai.openai gpt-4o-2024-11-20 | input_uncached 1000 × 2.50 + output 500 × 10 | 0.0075 | azure/gpt-4o
azure.ai.openai o4-mini | input_uncached 1000 × 1.10 + cache_read 1000 × 0.275 + output 500 × 4.40 | 0.003575 | azure/o4-mini correction
azure.ai.openai gpt-5.4 tier=priority | input_uncached 1000 × 5 + cache_read 1000 × 0.50 + output 500 × 30 | 0.0205 | azure/gpt-5.4
azure.ai.openai gpt-5.5 tier=priority | input_uncached 1000 × 12.50 + cache_read 1000 × 1.25 + output 500 × 75 | 0.05125 | azure/gpt-5.5
azure.ai.openai gpt-5.6-sol tier=flex | input_uncached 1000 × 2 + cache_read 1000 × 0.20 + output 500 × 10 | 0.0072 | azure/gpt-5.6-sol 2026-08-21
azure.ai.openai gpt-6-luna tier=priority | input_uncached 1000 × 0.10 + output 500 × 0.50 | 0.00035 | azure/gpt-6-luna estimated
azure.ai.openai gpt-4o tier=batch | input_uncached 1000 × 1.25 + output 500 × 5 | 0.00375 | azure/gpt-4o
azure.ai.openai gpt-6.1-sol | input_uncached 1000 × 2 + cache_read 1000 × 0.10 + output 500 × 10 | 0.0071 | azure/gpt-6.1-sol correction
azure.ai.openai gpt-4o-audio-preview | audio_input 1000 × 40 + audio_output 1000 × 80 | 0.12 | azure/gpt-4o-audio-preview correction
azure.ai.inference claude-haiku-5-5 | input_uncached 1000 × 0.10 + cache_read 1000 × 0.01 + output 500 × 0.50 | 0.00036 | azure/claude-haiku-5-5 correction
azure.ai.inference claude-sonnet-5-5 | input_uncached 1000 × 2 + cache_read 1000 × 0.10 + cache_write_1h 10 × 4 + output 500 × 10 | 0.00714 | azure/claude-sonnet-5-5 correction
az.ai.openai gpt-4.1 | input_uncached 1000 × 2 + output 500 × 8 | 0.006 | azure/gpt-4.1

Data zones and regions, as a setting:
# the same page, Data Zone, in litellm 1.109.1 (azure/us/…)
azure.ai.openai gpt-4o zone=data_zone | input_uncached 1000 × 2.75 + cache_read 1000 × 1.375 + output 500 × 11 | 0.009625 | azure/gpt-4o
azure.ai.openai gpt-5 zone=regional | input_uncached 1000 × 1.375 + cache_read 1000 × 0.1375 + output 500 × 11 | 0.0070125 | azure/gpt-5
azure.ai.openai gpt-5-mini zone=data_zone tier=batch | input_uncached 1000 × 0.1375 + output 500 × 1.10 | 0.0006875 | azure/gpt-5-mini
azure.ai.openai gpt-5-mini zone=data_zone tier=priority | input_uncached 1000 × 0.495 + cache_read 1000 × 0.0495 + output 500 × 3.96 | 0.0025245 | azure/gpt-5-mini
azure.ai.openai o3 zone=data_zone | input_uncached 1000 × 2.20 + cache_read 1000 × 0.55 + output 500 × 8.80 | 0.00715 | azure/o3-2025-04-16
openai gpt-4o zone=data_zone | input_uncached 1000 × 2.50 + output 500 × 10 | 0.0075 | openai/gpt-4o
azure.ai.openai text-embedding-3-large zone=data_zone | input_uncached 1000 × 0.13 | 0.00013 | azure/text-embedding-3-large

Deployments, whose names say nothing of the model:
set azure.ai.openai prod-chat → gpt-4o
azure.ai.openai prod-chat | input_uncached 1000 × 2.50 + output 500 × 10 | 0.0075 | azure/gpt-4o
azure.ai.openai prod-chat zone=data_zone tier=batch | input_uncached 1000 × 1.375 + output 500 × 5.50 | 0.004125 | azure/gpt-4o
set azure.ai.openai prod-* → gpt-5-mini
azure.ai.openai prod-reasoner | input_uncached 1000 × 0.25 + output 500 × 2 | 0.00125 | azure/gpt-5-mini
`;
