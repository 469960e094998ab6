/** See bill.ts for how to read them. */
export const anthropic = `
Cache writes of five minutes and of an hour, reads and searches:
# platform.claude.com/docs/en/about-claude/pricing, in litellm 1.109.1
anthropic claude-sonnet-4-5-20250929 | input_uncached 12 × 3 + cache_read 8000 × 0.30 + cache_write_5m 300 × 3.75 + cache_write_1h 0 + output 150 × 15 | 0.005811 | anthropic/claude-sonnet-4-5
anthropic claude-sonnet-4-5 | input_uncached 12 × 3 + cache_write_5m 400 × 3.75 + cache_write_1h 1000 × 6 + output 150 × 15 | 0.009786 | anthropic/claude-sonnet-4-5
anthropic claude-haiku-4-5 | input_uncached 100 × 1 + cache_read 5000 × 0.10 + cache_write_5m 200 × 1.25 + cache_write_1h 300 × 2 + output 50 × 5 | 0.0017 | anthropic/claude-haiku-4-5
anthropic claude-opus-4-1 | input_uncached 10 × 15 + cache_read 10 × 1.50 + cache_write_5m 10 × 18.75 + output 10 × 75 | 0.0011025 | anthropic/claude-opus-4-1
anthropic claude-haiku-4-5 | input_uncached 1000 × 1 + output 100 × 5 + web_search_requests 3 × 10/k | 0.0315 | anthropic/claude-haiku-4-5
anthropic claude-opus-5-5 | input_uncached 1000 × 4 + cache_read 1000 × 0.20 + cache_write_5m 100 × 5 + cache_write_1h 100 × 8 + output 100 × 20 | 0.0075 | anthropic/claude-opus-5-5
anthropic claude-fable-5-1 | input_uncached 1000 × 10 + cache_read 1000 × 0.25 + output 100 × 50 | 0.01525 | anthropic/claude-fable-5-1
anthropic claude-mythos-5 | input_uncached 1000 × 10 + cache_read 1000 × 1 + cache_write_1h 10 × 20 + output 100 × 50 | 0.0162 | anthropic/claude-mythos-5 correction
anthropic claude-sonnet-5 | input_uncached 1000 × 2 + cache_read 1000 × 0.20 + output 100 × 10 | 0.0032 | anthropic/claude-sonnet-5
anthropic claude-sonnet-5-5 | input_uncached 1000 × 2 + cache_read 1000 × 0.10 + output 100 × 10 | 0.0031 | anthropic/claude-sonnet-5-5 correction
anthropic claude-3-haiku-20240307 2024-06-03T12:00:00Z | input_uncached 1000 × 0.25 + cache_read 1000 × 0.03 + cache_write_5m 100 × 0.30 + cache_write_1h 100 × 0.50 + output 100 × 1.25 | 0.000485 | anthropic/claude-3-haiku

Long context, on both sides of the threshold and of the dates:
# platform.claude.com/docs/en/about-claude/pricing of 2025-09 and 2026-03, in litellm 1.77.7 and genai-prices 0.1.8
anthropic claude-sonnet-4-5 2026-02-02T12:00:00Z | input_uncached 1000 × 3 + cache_read 199000 × 0.30 + output 100 × 15 | 0.0642 | anthropic/claude-sonnet-4-5
anthropic claude-sonnet-4-5 2026-02-02T12:00:00Z | input_uncached 1000 × 6 + cache_read 199001 × 0.60 + output 100 × 22.50 | 0.1276506 | anthropic/claude-sonnet-4-5
anthropic claude-opus-4-6 2026-03-12T23:59:59.999Z | input_uncached 200001 × 10 + output 100 × 37.50 | 2.00376 | anthropic/claude-opus-4-6
anthropic claude-opus-4-6 2026-03-13T00:00:00Z | input_uncached 200001 × 5 + output 100 × 25 | 1.002505 | anthropic/claude-opus-4-6 2026-03-13
anthropic claude-sonnet-4-20250514 2025-09-01T12:00:00Z | input_uncached 200000 × 3 + output 100 × 15 | 0.6015 | anthropic/claude-sonnet-4-0 2025-08-12 correction
anthropic claude-sonnet-4-20250514 2025-09-01T12:00:00Z | input_uncached 200000 × 6 + cache_write_1h 1 × 12 + output 100 × 22.50 | 1.202262 | anthropic/claude-sonnet-4-0 2025-08-12 correction
anthropic claude-sonnet-4-20250514 2025-08-11T23:59:59Z | input_uncached 1000 × 3 + output 100 × 15 | 0.0045 | anthropic/claude-sonnet-4-0
# platform.claude.com/docs/en/models/haiku-5-5/overview, in litellm 1.109.1
anthropic claude-haiku-5-5 | input_uncached 99000 × 0.10 + cache_read 1000 × 0.01 + output 100 × 0.50 | 0.00996 | anthropic/claude-haiku-5-5 correction
anthropic claude-haiku-5-5 | input_uncached 99001 × 0.50 + cache_read 1000 × 0.05 + output 100 × 2.50 | 0.0498005 | anthropic/claude-haiku-5-5 correction
anthropic claude-haiku-5-5 tier=batch | input_uncached 99001 × 0.25 + cache_read 1000 × 0.025 + output 100 × 1.25 | 0.02490025 | anthropic/claude-haiku-5-5 correction

The price of Claude 3.5 Haiku before and after December 2024:
# anthropic.com/news/trainium2-and-distillation, litellm 1.53.1 and 1.72.4
anthropic claude-3-5-haiku-20241022 2024-12-02T23:59:59.999Z | input_uncached 1000 × 1 + cache_read 1000 × 0.10 + cache_write_5m 1000 × 1.25 + output 100 × 5 | 0.00285 | anthropic/claude-3-5-haiku-latest correction
anthropic claude-3-5-haiku-20241022 2024-12-03T00:00:00Z | input_uncached 1000 × 0.80 + cache_read 1000 × 0.08 + cache_write_5m 1000 × 1 + output 100 × 4 | 0.00228 | anthropic/claude-3-5-haiku-latest

Batches halve all tokens, the cache's too, and no search. Inference in the US costs 1.1 times, fast mode twice:
# platform.claude.com/docs/en/about-claude/pricing, in litellm 1.109.1
anthropic claude-sonnet-4-5 tier=batch | input_uncached 1000 × 1.50 + cache_read 1000 × 0.15 + cache_write_5m 1000 × 1.875 + cache_write_1h 1000 × 6 × 1/2 + output 100 × 7.50 + web_search_requests 1 × 10/k | 0.017275 | anthropic/claude-sonnet-4-5
anthropic claude-opus-4-8 tier=batch | input_uncached 1000 × 2.50 + output 100 × 12.50 | 0.00375 | anthropic/claude-opus-4-8
anthropic claude-sonnet-4-5 tier=standard_only | input_uncached 1000 × 3 + output 100 × 15 | 0.0045 | anthropic/claude-sonnet-4-5
anthropic claude-sonnet-4-5 tier=priority | input_uncached 1000 × 3 + output 100 × 15 | 0.0045 | anthropic/claude-sonnet-4-5 estimated
anthropic claude-opus-4-8 geo=us | input_uncached 1000 × 5 × 11/10 + cache_read 1000 × 0.50 × 11/10 + output 100 × 25 × 11/10 + web_search_requests 1 × 10/k | 0.0188 | anthropic/claude-opus-4-8
anthropic claude-opus-4-8 geo=global | input_uncached 1000 × 5 + output 100 × 25 | 0.0075 | anthropic/claude-opus-4-8
anthropic claude-sonnet-4-5 geo=us | input_uncached 1000 × 3 + output 100 × 15 | 0.0045 | anthropic/claude-sonnet-4-5
anthropic claude-sonnet-4-6 geo=us tier=batch | input_uncached 1000 × 3 × 11/10 × 1/2 + cache_write_1h 100 × 6 × 11/10 × 1/2 + output 100 × 15 × 11/10 × 1/2 | 0.002805 | anthropic/claude-sonnet-4-6 2026-03-13
anthropic claude-opus-5 speed=fast | input_uncached 1000 × 10 + cache_read 1000 × 1 + cache_write_5m 1000 × 12.50 + output 100 × 50 + web_search_requests 1 × 10/k | 0.0385 | anthropic/claude-opus-5
anthropic claude-opus-5-5 speed=fast geo=us | input_uncached 1000 × 8 × 11/10 + output 100 × 40 × 11/10 | 0.0132 | anthropic/claude-opus-5-5
anthropic claude-opus-5 speed=standard | input_uncached 1000 × 5 + output 100 × 25 | 0.0075 | anthropic/claude-opus-5
anthropic claude-opus-5 tier=fast | input_uncached 1000 × 10 + output 100 × 50 | 0.015 | anthropic/claude-opus-5
# platform.claude.com/docs/en/build-with-claude/fast-mode, in Portkey-AI/models pull request 720 (2026-04-16)
anthropic claude-opus-4-6 2026-02-20T12:00:00Z speed=fast | input_uncached 1000 × 30 + cache_read 1000 × 3 + cache_write_5m 1000 × 37.50 + cache_write_1h 1000 × 60 + output 100 × 150 | 0.1455 | anthropic/claude-opus-4-6
anthropic claude-opus-4-6 2026-02-20T12:00:00Z speed=fast | input_uncached 200001 × 30 + output 100 × 150 | 6.01503 | anthropic/claude-opus-4-6
`;
