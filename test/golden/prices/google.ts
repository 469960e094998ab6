/** See bill.ts for how to read them. */
export const google = `
# ai.google.dev/gemini-api/docs/pricing, in litellm 1.109.1
gcp.gemini gemini-2.5-pro | input_uncached 200000 × 1.25 + output 1000 × 10 | 0.26 | google/gemini-2.5-pro
gcp.gemini gemini-2.5-pro | input_uncached 1000 × 2.50 + cache_read 199001 × 0.25 + output 1000 × 15 | 0.06725025 | google/gemini-2.5-pro
gcp.vertex_ai gemini-2.5-pro | input_uncached 200001 × 2.50 + output 1000 × 15 | 0.5150025 | google/gemini-2.5-pro
gcp.gemini gemini-2.5-flash | input_uncached 100 × 0.30 + cache_read 100 × 0.03 + audio_input 1000 × 1 + cache_read_audio 100 × 0.10 + output 10 × 2.50 | 0.001068 | google/gemini-2.5-flash
gcp.gemini gemini-2.5-flash-image | input_uncached 20 × 0.30 + output 0 + image_output 1290 × 30 | 0.038706 | google/gemini-2.5-flash-image
gcp.gemini gemini-3.1-flash-lite | input_uncached 1000 × 0.25 + audio_input 100 × 0.50 + output 100 × 1.50 | 0.00045 | google/gemini-3.1-flash-lite
gcp.gemini gemini-embedding-001 | input_uncached 2048 × 0.15 | 0.0003072 | google/gemini-embedding-001
gcp.gemini gemini-4-argon | input_uncached 1000 × 2 + cache_read 1000 × 0.10 + output 100 × 10 | 0.0031 | google/gemini-4-argon correction
gcp.gemini gemini-4-argon tier=priority | input_uncached 1000 × 3.60 + cache_read 1000 × 0.18 + output 100 × 18 | 0.00558 | google/gemini-4-argon correction

Vertex AI and the Gemini API apart:
# ai.google.dev/gemini-api/docs/pricing and cloud.google.com/vertex-ai/generative-ai/pricing, in litellm 1.79.3
gcp.gemini gemini-2.0-flash 2025-06-03T12:00:00Z | input_uncached 1000 × 0.10 + cache_read 1000 × 0.025 + audio_input 100 × 0.70 + output 100 × 0.40 | 0.000235 | google/gemini-2.0-flash
gcp.vertex_ai gemini-2.0-flash 2025-06-03T12:00:00Z | input_uncached 1000 × 0.15 + cache_read 1000 × 0.0375 + audio_input 100 × 1 + output 100 × 0.60 | 0.0003475 | google/gemini-2.0-flash correction
vertex_ai gemini-2.0-flash-001 2025-06-03T12:00:00Z | input_uncached 1000 × 0.15 + output 100 × 0.60 | 0.00021 | google/gemini-2.0-flash correction
gcp.gen_ai gemini-2.0-flash-001 2025-06-03T12:00:00Z | input_uncached 1000 × 0.10 + output 100 × 0.40 | 0.00014 | google/gemini-2.0-flash

The introductory price of Gemini 3.6 Flash: not at its launch, and not after 2026:
# ai.google.dev/gemini-api/docs/pricing as quoted on 2026-08-08 (connectonion 745) and 2026-08-13 (genai-prices 564)
gcp.gemini gemini-3.6-flash 2026-08-12T23:59:59Z | input_uncached 1000 × 1.50 + cache_read 1000 × 0.15 + output 100 × 7.50 | 0.0024 | google/gemini-3.6-flash correction
gcp.gemini gemini-3.6-flash 2026-08-13T00:00:00Z | input_uncached 1000 × 0.75 + cache_read 1000 × 0.075 + output 100 × 3.75 | 0.0012 | google/gemini-3.6-flash
gcp.gemini gemini-3.8-flash 2026-12-31T23:59:59.999Z | input_uncached 1000 × 0.75 + output 100 × 3.75 | 0.001125 | google/gemini-3.8-flash
gcp.gemini gemini-3.8-flash 2027-01-01T00:00:00Z | input_uncached 1000 × 1.50 + output 100 × 7.50 | 0.00225 | google/gemini-3.8-flash 2027-01-01

Batches and flex cost half; cache reads of the older generations do not. Priority costs 1.8 times:
# ai.google.dev/gemini-api/docs/pricing, in litellm 1.109.1
gcp.gemini gemini-2.5-flash tier=batch | input_uncached 1000 × 0.15 + cache_read 1000 × 0.03 + audio_input 100 × 0.50 + cache_read_audio 100 × 0.10 + output 100 × 1.25 | 0.000365 | google/gemini-2.5-flash
gcp.gemini gemini-2.5-pro tier=batch | input_uncached 200001 × 1.25 + cache_read 1000 × 0.25 + output 100 × 7.50 | 0.25100125 | google/gemini-2.5-pro
gcp.gemini gemini-3.1-pro-preview tier=flex | input_uncached 1000 × 1 + cache_read 1000 × 0.20 + output 100 × 6 | 0.0018 | google/gemini-3.1-pro-preview
gcp.gemini gemini-3.7-flash tier=batch | input_uncached 1000 × 0.375 + cache_read 1000 × 0.0375 + output 100 × 1.875 | 0.0006 | google/gemini-3.7-flash
gcp.gemini gemini-3.1-flash-lite tier=flex | input_uncached 1000 × 0.125 + cache_read 1000 × 0.0125 + output 100 × 0.75 | 0.0002125 | google/gemini-3.1-flash-lite
gcp.gemini gemini-2.5-flash-image tier=batch | input_uncached 1000 × 0.15 + output 0 + image_output 1290 × 15 | 0.0195 | google/gemini-2.5-flash-image
gcp.gemini gemini-2.5-pro tier=priority | input_uncached 1000 × 2.25 + cache_read 1000 × 0.225 + output 100 × 18 | 0.004275 | google/gemini-2.5-pro
gcp.gemini gemini-2.5-pro tier=priority | input_uncached 200001 × 4.50 + output 100 × 27 | 0.9027045 | google/gemini-2.5-pro
gcp.vertex_ai gemini-2.5-flash tier=priority | input_uncached 1000 × 0.54 + audio_input 100 × 1.80 + output 100 × 4.50 | 0.00117 | google/gemini-2.5-flash

Names as the two platforms write them:
gcp.gemini models/gemini-2.5-flash | input_uncached 1000 × 0.30 + output 100 × 2.50 | 0.00055 | google/gemini-2.5-flash
gcp.vertex_ai publishers/google/models/gemini-2.5-flash | input_uncached 1000 × 0.30 + output 100 × 2.50 | 0.00055 | google/gemini-2.5-flash
gcp.vertex_ai projects/p/locations/us-east5/publishers/google/models/gemini-2.5-flash | input_uncached 1000 × 0.30 + output 100 × 2.50 | 0.00055 | google/gemini-2.5-flash
litellm vertex_ai/gemini-2.5-flash | input_uncached 1000 × 0.30 + output 100 × 2.50 | 0.00055 | google/gemini-2.5-flash

Claude on Vertex AI: hour writes, long context, and the tenth more of regional endpoints:
# cloud.google.com/vertex-ai/generative-ai/pricing, in litellm 1.109.1
gcp.vertex_ai claude-sonnet-4-5@20250929 2026-02-02T12:00:00Z | input_uncached 100 × 3 + cache_read 100 × 0.30 + cache_write_5m 100 × 3.75 + cache_write_1h 100 × 6 + output 100 × 15 | 0.002805 | google/claude-sonnet-4-5 correction
gcp.vertex_ai claude-sonnet-4-5@20250929 2026-02-02T12:00:00Z | input_uncached 200000 × 6 + cache_write_1h 1 × 12 + output 100 × 22.50 | 1.202262 | google/claude-sonnet-4-5 correction
gcp.vertex_ai claude-opus-4-7 vertex=regional | input_uncached 1000 × 5 × 11/10 + cache_write_1h 100 × 10 × 11/10 + output 100 × 25 × 11/10 | 0.00935 | google/claude-opus-4-7 correction
gcp.vertex_ai claude-opus-4-1 vertex=regional | input_uncached 1000 × 15 + output 100 × 75 | 0.0225 | google/claude-4-opus
gcp.vertex_ai claude-opus-4-6 2026-03-12T23:59:59Z | input_uncached 200001 × 10 + output 100 × 37.50 | 2.00376 | google/claude-opus-4-6
gcp.vertex_ai claude-opus-4-6 2026-03-13T00:00:00Z | input_uncached 200001 × 5 + output 100 × 25 | 1.002505 | google/claude-opus-4-6 2026-03-13 correction
gcp.vertex_ai publishers/anthropic/models/claude-sonnet-5-5 | input_uncached 1000 × 2 + cache_read 1000 × 0.10 + output 100 × 10 | 0.0031 | google/claude-sonnet-5-5 correction
gcp.vertex_ai claude-haiku-4-5@20251001 tier=batch | input_uncached 1000 × 0.50 + cache_read 1000 × 0.05 + output 100 × 2.50 | 0.0008 | google/claude-haiku-4-5
`;
