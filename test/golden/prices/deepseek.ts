/** See bill.ts for how to read them. */
export const deepseek = `
The name deepseek-chat through the years, each change on both sides:
# api-docs.deepseek.com/quick_start/pricing of the time (until 2025-02-08 16:00 UTC), litellm 1.53.1
deepseek deepseek-chat 2025-02-08T15:59:59.999Z | input_uncached 1000 × 0.14 + cache_read 2000 × 0.014 + output 500 × 0.28 | 0.000308 | deepseek/deepseek-chat correction
deepseek deepseek-chat 2025-02-08T16:00:00Z | input_uncached 1000 × 0.27 + cache_read 2000 × 0.07 + output 500 × 1.10 | 0.00096 | deepseek/deepseek-chat 2025-02-08T16:00:00Z correction
# api-docs.deepseek.com/quick_start/pricing of 2025-02-26: a discount from 16:30 to 00:30 UTC, start inclusive, end exclusive
deepseek deepseek-chat 2025-02-25T20:00:00Z | input_uncached 1000 × 0.27 + output 500 × 1.10 | 0.00082 | deepseek/deepseek-chat 2025-02-08T16:00:00Z correction
deepseek deepseek-chat 2025-06-03T00:29:59.999Z | input_uncached 1000 × 0.135 + cache_read 2000 × 0.035 + output 500 × 0.55 | 0.00048 | deepseek/deepseek-chat
deepseek deepseek-chat 2025-06-03T00:30:00Z | input_uncached 1000 × 0.27 + cache_read 2000 × 0.07 + output 500 × 1.10 | 0.00096 | deepseek/deepseek-chat
deepseek deepseek-chat 2025-06-03T16:29:59.999Z | input_uncached 1000 × 0.27 + output 0 | 0.00027 | deepseek/deepseek-chat
deepseek deepseek-chat 2025-06-03T16:30:00Z | input_uncached 1000 × 0.135 + output 0 | 0.000135 | deepseek/deepseek-chat
deepseek deepseek-reasoner 2025-06-03T12:00:00Z | input_uncached 1000 × 0.55 + cache_read 2000 × 0.14 + output 500 × 2.19 | 0.001925 | deepseek/deepseek-reasoner
deepseek deepseek-reasoner 2025-06-03T20:00:00Z | input_uncached 1000 × 0.135 + cache_read 2000 × 0.035 + output 500 × 0.55 | 0.00048 | deepseek/deepseek-reasoner
# api-docs.deepseek.com/quick_start/pricing of August 2025: from 16:00 UTC on 2025-09-05, without the discount at night
deepseek deepseek-chat 2025-09-05T15:59:59.999Z | input_uncached 1000 × 0.27 + output 500 × 1.10 | 0.00082 | deepseek/deepseek-chat
deepseek deepseek-chat 2025-09-05T16:00:00Z | input_uncached 1000 × 0.56 + cache_read 2000 × 0.07 + output 500 × 1.68 | 0.00154 | deepseek/deepseek-chat 2025-09-05T16:00:00Z correction
deepseek deepseek-chat 2025-09-06T20:00:00Z | input_uncached 1000 × 0.56 + output 500 × 1.68 | 0.0014 | deepseek/deepseek-chat 2025-09-05T16:00:00Z correction
# api-docs.deepseek.com/news/news250929, litellm 1.109.1
deepseek deepseek-reasoner 2025-10-15T12:00:00Z | input_uncached 1000 × 0.28 + cache_read 2000 × 0.028 + output 500 × 0.42 | 0.000546 | deepseek/deepseek-reasoner 2025-09-29 correction
deepseek deepseek-chat 2026-04-23T23:59:59Z | input_uncached 1000 × 0.28 + cache_read 2000 × 0.028 + output 500 × 0.42 | 0.000546 | deepseek/deepseek-chat 2025-09-29 correction
# api-docs.deepseek.com/quick_start/pricing of 2026-04-30: cache hits at a tenth from 12:15 UTC on 2026-04-26
deepseek deepseek-chat 2026-04-26T12:14:59.999Z | input_uncached 1000 × 0.14 + cache_read 2000 × 0.028 + output 500 × 0.28 | 0.000336 | deepseek/deepseek-chat 2026-04-24 correction
deepseek deepseek-chat 2026-04-26T12:15:00Z | input_uncached 1000 × 0.14 + cache_read 2000 × 0.0028 + output 500 × 0.28 | 0.0002856 | deepseek/deepseek-chat 2026-04-26T12:15:00Z correction

V4: no peak before 16 August 2026, one on every day for a week, then on weekdays:
# opencode issue 29008
deepseek deepseek-v4-pro 2026-04-25T12:00:00Z | input_uncached 1000 × 1.74 + cache_read 1000 × 0.145 + output 500 × 3.48 | 0.003625 | deepseek/deepseek-v4-pro correction
# api-docs.deepseek.com/quick_start/pricing; genai-prices pull request 581, hermes-agent pull request 90187
deepseek deepseek-v4-pro 2026-06-15T02:00:00Z | input_uncached 1000 × 0.435 + cache_read 1000 × 0.003625 + output 500 × 0.87 | 0.000873625 | deepseek/deepseek-v4-pro 2026-04-26T12:15:00Z correction
deepseek deepseek-v4-pro 2026-08-16T15:59:59.999Z | input_uncached 1000 × 0.435 + output 500 × 0.87 | 0.00087 | deepseek/deepseek-v4-pro 2026-04-26T12:15:00Z correction
deepseek deepseek-v4-pro 2026-08-16T16:00:00Z | input_uncached 1000 × 0.66 + cache_read 1000 × 0.022 + output 500 × 1.98 | 0.001672 | deepseek/deepseek-v4-pro 2026-08-16T16:00:00Z correction
deepseek deepseek-v4-pro 2026-10-15T00:59:59Z | input_uncached 1000 × 0.66 + output 500 × 1.98 | 0.00165 | deepseek/deepseek-v4-pro 2026-08-17
deepseek deepseek-v4-pro 2026-10-15T01:00:00Z | input_uncached 1000 × 1.32 + cache_read 1000 × 0.044 + output 500 × 3.96 | 0.003344 | deepseek/deepseek-v4-pro
deepseek deepseek-v4-pro 2026-10-15T03:59:59.999Z | input_uncached 1000 × 1.32 + output 500 × 3.96 | 0.0033 | deepseek/deepseek-v4-pro
deepseek deepseek-v4-pro 2026-10-15T04:00:00Z | input_uncached 1000 × 0.66 + output 500 × 1.98 | 0.00165 | deepseek/deepseek-v4-pro 2026-08-17
# OmniRoute pull request 11210, DeepSeek-Balance-Whale-Widget pull request 31: weekends from 2026-08-23 in Beijing
deepseek deepseek-v4-pro 2026-08-22T07:00:00Z | input_uncached 1000 × 1.32 + output 500 × 3.96 | 0.0033 | deepseek/deepseek-v4-pro
deepseek deepseek-v4-pro 2026-08-23T07:00:00Z | input_uncached 1000 × 0.66 + output 500 × 1.98 | 0.00165 | deepseek/deepseek-v4-pro 2026-08-22T16:00:00Z correction
deepseek deepseek-v4-pro 2026-10-16T07:00:00Z | input_uncached 1000 × 1.32 + output 500 × 3.96 | 0.0033 | deepseek/deepseek-v4-pro
deepseek deepseek-v4-pro 2026-10-17T07:00:00Z | input_uncached 1000 × 0.66 + output 500 × 1.98 | 0.00165 | deepseek/deepseek-v4-pro 2026-08-22T16:00:00Z correction

V4.1 Flash, under its name and the one before it:
# api-docs.deepseek.com/quick_start/pricing: from 04:00 UTC on 2026-09-10 (sub2api pull request 6974, litellm issue 37255)
deepseek deepseek-v4-flash 2026-09-10T03:59:59.999Z | input_uncached 1000 × 0.44 + cache_read 1000 × 0.014 + output 500 × 1.32 | 0.001114 | deepseek/deepseek-v4-flash
deepseek deepseek-v4-flash 2026-09-10T04:00:00Z | input_uncached 1000 × 0.15 + cache_read 1000 × 0.003 + output 500 × 0.60 | 0.000453 | deepseek/deepseek-v4-flash 2026-09-10T04:00:00Z correction
deepseek deepseek-v4-flash 2026-09-10T06:00:00Z | input_uncached 1000 × 0.30 + cache_read 1000 × 0.006 + output 500 × 1.20 | 0.000906 | deepseek/deepseek-v4-flash 2026-09-10T04:00:00Z correction
deepseek deepseek-flash 2026-10-15T09:59:59.999Z | input_uncached 1000 × 0.30 + output 500 × 1.20 | 0.0009 | deepseek/deepseek-flash correction
deepseek deepseek-flash 2026-10-15T10:00:00Z | input_uncached 1000 × 0.15 + output 500 × 0.60 | 0.00045 | deepseek/deepseek-flash correction
deepseek deepseek-flash 2026-10-18T09:00:00Z | input_uncached 1000 × 0.15 + output 500 × 0.60 | 0.00045 | deepseek/deepseek-flash correction

China's public holidays have no peak:
# api-docs.deepseek.com/quick_start/pricing of 2026-09-21 (dsh-plugin-hub issue 945)
deepseek deepseek-v4-pro 2026-09-30T09:59:59.999Z | input_uncached 1000 × 1.32 + output 500 × 3.96 | 0.0033 | deepseek/deepseek-v4-pro
deepseek deepseek-v4-pro 2026-10-01T02:00:00Z | input_uncached 1000 × 0.66 + cache_read 1000 × 0.022 + output 500 × 1.98 | 0.001672 | deepseek/deepseek-v4-pro 2026-09-30T16:00:00Z correction
deepseek deepseek-v4-pro 2026-10-08T02:00:00Z | input_uncached 1000 × 1.32 + output 500 × 3.96 | 0.0033 | deepseek/deepseek-v4-pro
deepseek deepseek-flash 2026-09-25T07:00:00Z | input_uncached 1000 × 0.15 + cache_read 1000 × 0.003 + output 500 × 0.60 | 0.000453 | deepseek/deepseek-flash 2026-09-24T16:00:00Z correction
`;
