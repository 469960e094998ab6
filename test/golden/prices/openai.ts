/** See bill.ts for how to read them. */
export const openai = `
# developers.openai.com/api/docs/pricing, in litellm 1.109.1
openai gpt-4o | input_uncached 1000 × 2.50 + output 500 × 10 | 0.0075 | openai/gpt-4o
openai gpt-4o-2024-08-06 | input_uncached 2000 × 2.50 + cache_read 8000 × 1.25 + output 500 × 10 | 0.02 | openai/gpt-4o
openai gpt-4o-2024-05-13 | input_uncached 1000 × 5 + output 500 × 15 | 0.0125 | openai/gpt-4o-2024-05-13
openai gpt-4o-mini | input_uncached 1234 × 0.15 + output 567 × 0.60 | 0.0005253 | openai/gpt-4o-mini
openai o4-mini | input_uncached 1000 × 1.10 + cache_read 2000 × 0.275 + output 300 × 4.40 | 0.00297 | openai/o4-mini
openai gpt-5-2025-08-07 | input_uncached 1000 × 1.25 + cache_read 9000 × 0.125 + output 700 × 10 + reasoning 640 | 0.009375 | openai/gpt-5
openai gpt-5-mini | input_uncached 1000 × 0.25 + cache_read 1 × 0.025 + output 100 × 2 | 0.000450025 | openai/gpt-5-mini
openai gpt-5-nano | input_uncached 3 × 0.05 + cache_read 1 × 0.005 + output 7 × 0.40 | 0.000002955 | openai/gpt-5-nano
openai gpt-5.2 | input_uncached 1000 × 1.75 + cache_read 1000 × 0.175 + output 10 × 14 | 0.002065 | openai/gpt-5.2
openai gpt-4.1-nano | input_uncached 0 + cache_read 1 × 0.025 + output 0 | 0.000000025 | openai/gpt-4.1-nano
openai gpt-4.1-mini-2025-04-14 | input_uncached 1000 × 0.40 + cache_read 1000 × 0.10 + output 10 × 1.60 | 0.000516 | openai/gpt-4.1-mini
openai o1 | input_uncached 1000 × 15 + cache_read 1000 × 7.50 + output 10 × 60 | 0.0231 | openai/o1
openai o3-pro | input_uncached 1000 × 20 + output 10 × 80 | 0.0208 | openai/o3-pro
openai gpt-4-0613 | input_uncached 1000 × 30 + output 10 × 60 | 0.0306 | openai/gpt-4
openai gpt-3.5-turbo-0125 | input_uncached 1000 × 0.50 + output 10 × 1.50 | 0.000515 | openai/gpt-3.5-turbo

Embeddings, searches, audio and images:
openai text-embedding-3-small | input_uncached 8191 × 0.02 | 0.00016382 | openai/text-embedding-3-small
openai text-embedding-3-large | input_uncached 1001 × 0.13 + output 0 | 0.00013013 | openai/text-embedding-3-large
openai gpt-5 | input_uncached 1000 × 1.25 + output 100 × 10 + web_search_requests 3 × 10/k | 0.03225 | openai/gpt-5
openai gpt-4o-search-preview | input_uncached 100 × 2.50 + cache_read 100 × 1.25 + output 100 × 10 + web_search_requests 1 × 25/k | 0.026375 | openai/gpt-4o-search-preview correction
openai gpt-4o-mini-search-preview-2025-03-11 | input_uncached 100 × 0.15 + output 100 × 0.60 + web_search_requests 1 × 25/k | 0.025075 | openai/gpt-4o-mini-search-preview correction
openai gpt-4o-audio-preview-2024-12-17 | input_uncached 100 × 2.50 + audio_input 50 × 40 + output 10 × 10 + audio_output 30 × 80 | 0.00475 | openai/gpt-4o-audio-preview correction
openai gpt-4o-mini-audio-preview | input_uncached 100 × 0.15 + audio_input 50 × 10 + output 10 × 0.60 + audio_output 30 × 20 | 0.001121 | openai/gpt-4o-mini-audio-preview correction
openai gpt-audio | input_uncached 100 × 2.50 + audio_input 50 × 32 + output 10 × 10 + audio_output 30 × 64 | 0.00387 | openai/gpt-audio
openai gpt-realtime | input_uncached 100 × 4 + audio_input 50 × 32 + cache_read_audio 20 × 0.40 + output 10 × 16 + audio_output 30 × 64 | 0.004088 | openai/gpt-realtime
openai gpt-image-1.5 | input_uncached 100 × 5 + image_input 1000 × 8 + output 10 × 10 + image_output 1000 × 32 | 0.0406 | openai/gpt-image-1.5
# litellm 1.53.1 and 1.79.3, gpt-4o-audio-preview-2024-10-01
openai gpt-4o-audio-preview-2024-10-01 2024-11-01T12:00:00Z | audio_input 50 × 100 + output 10 × 10 + audio_output 30 × 200 | 0.0111 | openai/gpt-4o-audio-preview-2024-10-01 correction

The cut of o3's price, on both sides of midnight UTC; reasoning is inside the output and costs nothing more:
# langfuse pull request 7223 (2025-06-10): 10, 2.50 and 40 become 2, 0.50 and 8
openai o3 2025-06-09T23:59:59.999Z | input_uncached 1000 × 10 + cache_read 1000 × 2.50 + output 500 × 40 | 0.0325 | openai/o3 correction
openai o3 2025-06-10T00:00:00Z | input_uncached 1000 × 2 + cache_read 1000 × 0.50 + output 500 × 8 | 0.0065 | openai/o3 2025-06-10
openai o3-2025-04-16 | input_uncached 1000 × 2 + cache_read 4000 × 0.50 + output 500 × 8 + reasoning 320 | 0.008 | openai/o3 2025-06-10
# litellm 1.59.8 (3, 1.50, 12), litellm pull request 8151 (2025-01-31) and langfuse pull request 5335 (1.10, 0.55, 4.40)
openai o1-mini-2024-09-12 2025-01-30T23:59:59.999Z | input_uncached 1000 × 3 + cache_read 1000 × 1.50 + output 100 × 12 | 0.0057 | openai/o1-mini correction
openai o1-mini-2024-09-12 2025-01-31T00:00:00Z | input_uncached 1000 × 1.10 + cache_read 1000 × 0.55 + output 100 × 4.40 | 0.00209 | openai/o1-mini
# genai-prices pull requests of 2026-07-30 and 2026-08-21, simonw/llm-prices
openai gpt-5.6-luna 2026-07-29T23:59:59Z | input_uncached 1000 × 1 + output 500 × 6 | 0.004 | openai/gpt-5.6-luna
openai gpt-5.6-luna 2026-07-30T00:00:00Z | input_uncached 1000 × 0.20 + output 500 × 1.20 | 0.0008 | openai/gpt-5.6-luna 2026-07-30
openai gpt-5.6-terra 2026-07-30T00:00:00Z | input_uncached 1000 × 2 + cache_read 1000 × 0.20 + cache_write_5m 1000 × 2.50 + output 500 × 12 | 0.0107 | openai/gpt-5.6-terra 2026-07-30
openai gpt-5.6-sol 2026-08-20T23:59:59Z | input_uncached 1000 × 5 + cache_write_5m 100 × 6.25 + output 500 × 30 | 0.020625 | openai/gpt-5.6-sol
openai gpt-5.6-sol 2026-08-21T00:00:00Z | input_uncached 1000 × 4 + cache_write_5m 100 × 5 + output 500 × 20 | 0.0145 | openai/gpt-5.6-sol 2026-08-21

Above the long-context threshold every token of the request is dearer, whichever input token was the last:
# developers.openai.com/api/docs/pricing (272K), in litellm 1.109.1
openai gpt-5.6-sol | input_uncached 271999 × 4 + output 10 × 20 | 1.088196 | openai/gpt-5.6-sol 2026-08-21
openai gpt-5.6-sol | input_uncached 272000 × 8 + output 10 × 30 | 2.1763 | openai/gpt-5.6-sol 2026-08-21
openai gpt-5.5 | input_uncached 271998 × 5 + cache_read 1 × 0.50 + output 10 × 30 | 1.3602905 | openai/gpt-5.5
openai gpt-5.5 | input_uncached 271999 × 10 + cache_read 1 × 1 + output 10 × 45 | 2.720441 | openai/gpt-5.5
openai gpt-6-sol | input_uncached 272000 × 2 + output 10 × 10 | 0.5441 | openai/gpt-6-sol
openai gpt-6-sol | input_uncached 272001 × 4 + output 10 × 15 | 1.088154 | openai/gpt-6-sol
openai gpt-6.1-sol | input_uncached 270000 × 2 + cache_read 1000 × 0.10 + cache_write_5m 1000 × 2.50 + output 10 × 10 | 0.5427 | openai/gpt-6.1-sol correction
openai gpt-6.1-sol | input_uncached 270001 × 4 + cache_read 1000 × 0.20 + cache_write_5m 1000 × 5 + output 10 × 15 | 1.085354 | openai/gpt-6.1-sol correction
openai gpt-6.1-terra-2026-10-01 | input_uncached 1000 × 1 + output 10 × 5 | 0.00105 | openai/gpt-6.1-terra correction

Service tiers. Batches and flex cost half, searches the same; priority has a price of its own for each model:
# developers.openai.com/api/docs/pricing, its batch and flex columns, in litellm 1.109.1
openai gpt-4o tier=batch | input_uncached 1000 × 1.25 + output 500 × 5 | 0.00375 | openai/gpt-4o
openai gpt-5 tier=batch | input_uncached 1000 × 0.625 + cache_read 1000 × 0.0625 + output 100 × 5 + web_search_requests 2 × 10/k | 0.0211875 | openai/gpt-5
openai gpt-5.6-sol tier=batch | input_uncached 1000 × 2 + cache_read 1000 × 0.20 + cache_write_5m 1000 × 2.50 + output 100 × 10 | 0.0057 | openai/gpt-5.6-sol 2026-08-21
openai gpt-5.6-sol tier=batch | input_uncached 300000 × 4 + output 100 × 15 | 1.2015 | openai/gpt-5.6-sol 2026-08-21
openai text-embedding-3-small tier=batch | input_uncached 8191 × 0.02 × 1/2 | 0.00008191 | openai/text-embedding-3-small
openai gpt-5-mini tier=flex | input_uncached 1000 × 0.125 + cache_read 1000 × 0.0125 + output 100 × 1 | 0.0002375 | openai/gpt-5-mini
openai o3 tier=flex | input_uncached 1000 × 1 + cache_read 1000 × 0.25 + output 100 × 4 | 0.00165 | openai/o3 2025-06-10
openai gpt-6-luna tier=flex | input_uncached 1000 × 0.05 + cache_read 1000 × 0.005 + output 100 × 0.25 | 0.00008 | openai/gpt-6-luna
openai gpt-6.1-sol tier=flex | input_uncached 300000 × 2 + cache_read 1000 × 0.10 + output 100 × 7.50 | 0.60085 | openai/gpt-6.1-sol correction
# openai.com/api-priority-processing
openai gpt-5 tier=priority | input_uncached 1000 × 2.50 + cache_read 1000 × 0.25 + output 100 × 20 + web_search_requests 1 × 10/k | 0.01475 | openai/gpt-5
openai gpt-5-mini tier=priority | input_uncached 1000 × 0.45 + cache_read 1000 × 0.045 + output 100 × 3.60 | 0.000855 | openai/gpt-5-mini
openai gpt-5.5 tier=priority | input_uncached 1000 × 12.50 + cache_read 1000 × 1.25 + output 100 × 75 | 0.02125 | openai/gpt-5.5
openai gpt-5.4-mini tier=priority | input_uncached 1000 × 1.50 + cache_read 1000 × 0.15 + output 100 × 9 | 0.00255 | openai/gpt-5.4-mini
openai gpt-4.1 tier=priority | input_uncached 1000 × 3.50 + cache_read 1000 × 0.875 + output 100 × 14 | 0.005775 | openai/gpt-4.1
openai gpt-4o tier=priority | input_uncached 1000 × 4.25 + cache_read 1000 × 2.125 + output 100 × 17 | 0.008075 | openai/gpt-4o
openai gpt-4o-mini tier=priority | input_uncached 1000 × 0.25 + cache_read 1000 × 0.125 + output 100 × 1 | 0.000475 | openai/gpt-4o-mini
openai o3 tier=priority | input_uncached 1000 × 3.50 + cache_read 1000 × 0.875 + output 100 × 14 | 0.005775 | openai/o3 2025-06-10
openai o4-mini tier=priority | input_uncached 1000 × 2 + cache_read 1000 × 0.50 + output 100 × 8 | 0.0033 | openai/o4-mini
openai gpt-6-sol tier=priority | input_uncached 300000 × 8 + cache_read 1000 × 0.80 + output 100 × 30 | 2.4038 | openai/gpt-6-sol
Names that change nothing, and a tier that nobody knows:
openai gpt-4o tier=default | input_uncached 1000 × 2.50 + output 500 × 10 | 0.0075 | openai/gpt-4o
openai gpt-4o tier=auto | input_uncached 1000 × 2.50 + output 500 × 10 | 0.0075 | openai/gpt-4o
openai gpt-4o tier=scale | input_uncached 1000 × 2.50 + output 500 × 10 | 0.0075 | openai/gpt-4o estimated
openai gpt-4o tier=flex | input_uncached 1000 × 2.50 + output 500 × 10 | 0.0075 | openai/gpt-4o estimated

Fine-tuned models:
# developers.openai.com/api/docs/pricing, in litellm 1.109.1
openai ft:gpt-4o-2024-08-06:acme::9abc | input_uncached 1000 × 3.75 + cache_read 1000 × 1.875 + output 100 × 15 | 0.007125 | openai/ft:gpt-4o correction
openai ft:gpt-4o-mini-2024-07-18:acme::9abc | input_uncached 1000 × 0.30 + cache_read 1000 × 0.15 + output 100 × 1.20 | 0.00057 | openai/ft:gpt-4o-mini correction
openai ft:gpt-4.1-2025-04-14:acme::9abc | input_uncached 1000 × 3 + cache_read 1000 × 0.75 + output 100 × 12 | 0.00495 | openai/ft:gpt-4.1 correction
openai ft:gpt-4.1-mini-2025-04-14:acme::9abc | input_uncached 1000 × 0.80 + output 100 × 3.20 | 0.00112 | openai/ft:gpt-4.1-mini correction
openai ft:gpt-4.1-mini-2025-04-14:acme::9abc tier=batch | input_uncached 1000 × 0.40 + output 100 × 1.60 | 0.00056 | openai/ft:gpt-4.1-mini correction

A million dollars and one token, far above what a double holds exactly in femto-USD:
openai gpt-4o | input_uncached 400000000001 × 2.50 + output 1 × 10 | 1000000.0000125 | openai/gpt-4o
`;
