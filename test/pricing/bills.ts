/**
 * Bills as one would write them by hand: provider and model (and the start, where it matters) | bucket amount × published
 * rate in USD per million tokens, or per thousand (`/k`) | the total | the card (and since when its rates hold).
 * A bucket without a rate costs nothing of its own. Without a start the call is of 2026-10-01T12:00Z.
 */
export const bills = `
openai gpt-4o | input_uncached 1000 × 2.50 + output 500 × 10 | 0.0075 | openai/gpt-4o
openai gpt-4o-2024-08-06 | input_uncached 2000 × 2.50 + cache_read 8000 × 1.25 + output 500 × 10 | 0.02 | openai/gpt-4o
openai gpt-4o-mini | input_uncached 1234 × 0.15 + output 567 × 0.60 | 0.0005253 | openai/gpt-4o-mini
openai o4-mini | input_uncached 1000 × 1.10 + cache_read 2000 × 0.275 + output 300 × 4.40 | 0.00297 | openai/o4-mini
openai gpt-5-2025-08-07 | input_uncached 1000 × 1.25 + cache_read 9000 × 0.125 + output 700 × 10 + reasoning 640 | 0.009375 | openai/gpt-5
openai gpt-5-mini | input_uncached 1000 × 0.25 + cache_read 1 × 0.025 + output 100 × 2 | 0.000450025 | openai/gpt-5-mini
openai gpt-5-nano | input_uncached 3 × 0.05 + cache_read 1 × 0.005 + output 7 × 0.40 | 0.000002955 | openai/gpt-5-nano
openai gpt-4.1-nano | input_uncached 0 + cache_read 1 × 0.025 + output 0 | 0.000000025 | openai/gpt-4.1-nano
openai gpt-4.1-mini-2025-04-14 | input_uncached 1000 × 0.40 + cache_read 1000 × 0.10 + output 10 × 1.60 | 0.000516 | openai/gpt-4.1-mini
openai o1 | input_uncached 1000 × 15 + cache_read 1000 × 7.50 + output 10 × 60 | 0.0231 | openai/o1
openai gpt-4 | input_uncached 1000 × 30 + output 10 × 60 | 0.0306 | openai/gpt-4
azure.ai.openai gpt-4o | input_uncached 1000 × 2.50 + cache_read 1000 × 1.25 + output 500 × 10 | 0.00875 | azure/gpt-4o
openai ft:gpt-4o-2024-08-06:acme::9abc | input_uncached 1000 × 3.75 + output 100 × 15 | 0.00525 | openai/ft:gpt-4o
openai text-embedding-3-small | input_uncached 8191 × 0.02 | 0.00016382 | openai/text-embedding-3-small
openai text-embedding-3-large | input_uncached 1001 × 0.13 + output 0 | 0.00013013 | openai/text-embedding-3-large

The cut of o3's price, on both sides of midnight UTC; reasoning is inside the output and costs nothing more:
openai o3 2025-06-09T23:59:59.999Z | input_uncached 1000 × 10 + output 500 × 40 | 0.03 | openai/o3
openai o3 2025-06-10T00:00:00Z | input_uncached 1000 × 2 + output 500 × 8 | 0.006 | openai/o3 2025-06-10
openai o3-2025-04-16 | input_uncached 1000 × 2 + cache_read 4000 × 0.50 + output 500 × 8 + reasoning 320 | 0.008 | openai/o3 2025-06-10
openai gpt-5.6-luna 2026-07-29T23:59:59Z | input_uncached 1000 × 1 + output 500 × 6 | 0.004 | openai/gpt-5.6-luna
openai gpt-5.6-luna 2026-07-30T00:00:00Z | input_uncached 1000 × 0.20 + output 500 × 1.20 | 0.0008 | openai/gpt-5.6-luna 2026-07-30

Above the long-context threshold every token of the request is dearer, whichever input token was the last:
openai gpt-5.6-sol | input_uncached 271999 × 4 + output 10 × 20 | 1.088196 | openai/gpt-5.6-sol 2026-08-21
openai gpt-5.6-sol | input_uncached 272000 × 8 + output 10 × 30 | 2.1763 | openai/gpt-5.6-sol 2026-08-21
anthropic claude-sonnet-4-5 | input_uncached 1000 × 3 + cache_read 199000 × 0.30 + output 100 × 15 | 0.0642 | anthropic/claude-sonnet-4-5
anthropic claude-sonnet-4-5 | input_uncached 1000 × 6 + cache_read 199001 × 0.60 + output 100 × 22.50 | 0.1276506 | anthropic/claude-sonnet-4-5
anthropic claude-opus-4-6 2026-03-12T23:59:59.999Z | input_uncached 200001 × 10 + output 100 × 37.50 | 2.00376 | anthropic/claude-opus-4-6
anthropic claude-opus-4-6 2026-03-13T00:00:00Z | input_uncached 200001 × 5 + output 100 × 25 | 1.002505 | anthropic/claude-opus-4-6 2026-03-13
gcp.gemini gemini-2.5-pro | input_uncached 200000 × 1.25 + output 1000 × 10 | 0.26 | google/gemini-2.5-pro
gcp.vertex_ai gemini-2.5-pro | input_uncached 200001 × 2.50 + output 1000 × 15 | 0.5150025 | google/gemini-2.5-pro

Cache writes of five minutes and of an hour, searches, audio and images:
anthropic claude-sonnet-4-5-20250929 | input_uncached 12 × 3 + cache_read 8000 × 0.30 + cache_write_5m 300 × 3.75 + cache_write_1h 0 + output 150 × 15 | 0.005811 | anthropic/claude-sonnet-4-5
anthropic claude-sonnet-4-5 | input_uncached 12 × 3 + cache_write_5m 400 × 3.75 + cache_write_1h 1000 × 6 + output 150 × 15 | 0.009786 | anthropic/claude-sonnet-4-5
anthropic claude-haiku-4-5 | input_uncached 100 × 1 + cache_read 5000 × 0.10 + cache_write_5m 200 × 1.25 + cache_write_1h 300 × 2 + output 50 × 5 | 0.0017 | anthropic/claude-haiku-4-5
anthropic claude-opus-4-1 | input_uncached 10 × 15 + cache_read 10 × 1.50 + cache_write_5m 10 × 18.75 + output 10 × 75 | 0.0011025 | anthropic/claude-opus-4-1
anthropic claude-haiku-4-5 | input_uncached 1000 × 1 + output 100 × 5 + web_search_requests 3 × 10/k | 0.0315 | anthropic/claude-haiku-4-5
openai gpt-realtime | input_uncached 100 × 4 + audio_input 50 × 32 + cache_read_audio 20 × 0.40 + output 10 × 16 + audio_output 30 × 64 | 0.004088 | openai/gpt-realtime
gcp.gemini gemini-2.5-flash | input_uncached 100 × 0.30 + audio_input 1000 × 1 + output 10 × 2.50 | 0.001055 | google/gemini-2.5-flash
gcp.gemini gemini-2.5-flash-image | input_uncached 20 × 0.30 + output 0 + image_output 1290 × 30 | 0.038706 | google/gemini-2.5-flash-image

By the time of day: dear from 00:30 to 16:30 UTC, start inclusive, end exclusive:
deepseek deepseek-chat 2025-06-03T00:29:59.999Z | input_uncached 1000 × 0.135 + cache_read 2000 × 0.035 + output 500 × 0.55 | 0.00048 | deepseek/deepseek-chat
deepseek deepseek-chat 2025-06-03T00:30:00Z | input_uncached 1000 × 0.27 + cache_read 2000 × 0.07 + output 500 × 1.10 | 0.00096 | deepseek/deepseek-chat
deepseek deepseek-chat 2025-06-03T16:29:59.999Z | input_uncached 1000 × 0.27 + output 0 | 0.00027 | deepseek/deepseek-chat
deepseek deepseek-chat 2025-06-03T16:30:00Z | input_uncached 1000 × 0.135 + output 0 | 0.000135 | deepseek/deepseek-chat
deepseek deepseek-v4-pro 2026-10-01T00:59:59Z | input_uncached 1000 × 0.66 + output 500 × 1.98 | 0.00165 | deepseek/deepseek-v4-pro 2026-08-17
deepseek deepseek-v4-pro 2026-10-01T01:00:00Z | input_uncached 1000 × 1.32 + output 500 × 3.96 | 0.0033 | deepseek/deepseek-v4-pro

Hosted models. A regional Bedrock profile costs a tenth more than the global one; a card without a cache rate charges input:
aws.bedrock us.anthropic.claude-sonnet-4-5-20250929-v1:0 | input_uncached 1000 × 3.30 + output 100 × 16.50 | 0.00495 | aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0
aws.bedrock global.anthropic.claude-sonnet-4-5-20250929-v1:0 | input_uncached 1000 × 3 + output 100 × 15 | 0.0045 | aws/global.anthropic.claude-sonnet-4-5-20250929-v1:0
aws.bedrock amazon.nova-pro-v1:0 | input_uncached 1000 × 0.80 + cache_read 500 × 0.20 + output 100 × 3.20 | 0.00122 | aws/amazon.nova-pro-v1:0
groq llama-3.3-70b-versatile | input_uncached 1000 × 0.59 + cache_read 500 × 0.59 + output 100 × 0.79 | 0.000964 | groq/llama-3.3-70b-versatile
groq openai/gpt-oss-120b | input_uncached 3000 × 0.15 + output 375 × 0.60 | 0.000675 | groq/openai/gpt-oss-120b
x_ai grok-4 | input_uncached 1000 × 3 + cache_read 100 × 0.75 + output 10 × 15 | 0.003225 | x-ai/grok-4-0709
cohere command-r-plus-08-2024 | input_uncached 1000 × 2.50 + output 100 × 10 | 0.0035 | cohere/command-r-plus
mistral_ai mistral-large-latest 2025-06-01T00:00:00Z | input_uncached 1000 × 2 + output 100 × 6 | 0.0026 | mistral/mistral-large

Of 100 output tokens 60 are reasoning, which has a price of its own here; a fee for each request; a free model:
perplexity sonar-deep-research | input_uncached 10 × 2 + output 40 × 8 + reasoning 60 × 3 + web_search_requests 4 × 5/k | 0.02052 | perplexity/sonar-deep-research
perplexity sonar | input_uncached 10 × 1 + output 100 × 1 + requests 1 × 12/k | 0.01211 | perplexity/sonar
openrouter deepseek/deepseek-r1:free | input_uncached 1000 + output 100 | 0 | openrouter/deepseek/deepseek-r1:free

A million dollars and one token, far above what a double holds exactly in femto-USD:
openai gpt-4o | input_uncached 400000000001 × 2.50 + output 1 × 10 | 1000000.0000125 | openai/gpt-4o
`;
