/** See bill.ts for how to read them. */
export const others = `
Mistral's aliases and the models that they lead to:
# mistral.ai/pricing, in simonw/llm-prices pull request 63 and litellm 1.79.3
mistral_ai mistral-large-latest 2025-12-01T23:59:59.999Z | input_uncached 1000 × 2 + output 100 × 6 | 0.0026 | mistral/mistral-large-latest correction
mistral_ai mistral-large-latest 2025-12-02T00:00:00Z | input_uncached 1000 × 0.50 + output 100 × 1.50 | 0.00065 | mistral/mistral-large-latest 2025-12-02 correction
mistral_ai mistral-large-2411 | input_uncached 1000 × 2 + output 100 × 6 | 0.0026 | mistral/mistral-large
mistral_ai ministral-3b-latest 2025-12-01T23:59:59.999Z | input_uncached 1000 × 0.04 + output 100 × 0.04 | 0.000044 | mistral/ministral-3b-latest correction
mistral_ai ministral-3b-latest 2025-12-02T00:00:00Z | input_uncached 1000 × 0.10 + output 100 × 0.10 | 0.00011 | mistral/ministral-3b-latest 2025-12-02 correction
mistral_ai mistral-small-2506 | input_uncached 1000 × 0.10 + output 100 × 0.30 | 0.00013 | mistral/mistral-small-2506 correction
mistral_ai codestral-embed | input_uncached 1000 × 0.15 | 0.00015 | mistral/codestral-embed correction
mistral_ai codestral-2508 tier=batch | input_uncached 1000 × 0.30 × 1/2 + output 100 × 0.90 × 1/2 | 0.000195 | mistral/codestral-2508
mistral mistral-medium-2508 | input_uncached 1000 × 0.40 + cache_read 1000 × 0.04 + output 100 × 2 | 0.00064 | mistral/mistral-medium-3-1

# cohere.com/pricing, in litellm 1.109.1; the snapshots of spring 2024 in genai-prices 0.1.8 under openrouter
cohere command-r-plus-08-2024 | input_uncached 1000 × 2.50 + output 100 × 10 | 0.0035 | cohere/command-r-plus
cohere command-r-plus-04-2024 | input_uncached 1000 × 3 + output 100 × 15 | 0.0045 | cohere/command-r-plus-04-2024 correction
cohere command-r-03-2024 | input_uncached 1000 × 0.50 + output 100 × 1.50 | 0.00065 | cohere/command-r-03-2024 correction
cohere command-a-03-2025 | input_uncached 1000 × 2.50 + output 100 × 10 | 0.0035 | cohere/command-a
cohere embed-english-v3.0 | input_uncached 1000 × 0.10 | 0.0001 | cohere/embed-english-v3.0 correction
cohere embed-v4.0 | input_uncached 1000 × 0.12 | 0.00012 | cohere/embed-v4.0

# groq.com/pricing, console.groq.com/docs/batch
groq openai/gpt-oss-120b | input_uncached 3000 × 0.15 + output 375 × 0.60 | 0.000675 | groq/openai/gpt-oss-120b
groq llama-3.3-70b-versatile | input_uncached 1000 × 0.59 + cache_read 500 × 0.59 + output 100 × 0.79 | 0.000964 | groq/llama-3.3-70b-versatile
groq llama-3.3-70b-versatile tier=on_demand | input_uncached 1000 × 0.59 + output 100 × 0.79 | 0.000669 | groq/llama-3.3-70b-versatile
groq llama-3.3-70b-versatile tier=batch | input_uncached 1000 × 0.59 × 1/2 + output 100 × 0.79 × 1/2 | 0.0003345 | groq/llama-3.3-70b-versatile

# docs.x.ai/docs/models, in litellm 1.109.1 and 1.79.3
x_ai grok-4 | input_uncached 1000 × 3 + cache_read 100 × 0.75 + output 10 × 15 | 0.003225 | x-ai/grok-4-0709
xai grok-4.6 | input_uncached 100000 × 2 + cache_read 99999 × 0.50 + output 10 × 6 | 0.2500595 | x-ai/grok-4.6
xai grok-4.6 | input_uncached 100000 × 4 + cache_read 100000 × 1 + output 10 × 12 | 0.50012 | x-ai/grok-4.6
x_ai grok-4.3 tier=batch | input_uncached 1000 × 1 + cache_read 1000 × 0.16 + output 10 × 2 | 0.00118 | x-ai/grok-4.3

A fee for each request by the size of its search context, of which the smallest is the default; reasoning priced apart:
# docs.perplexity.ai/getting-started/pricing, in noodle-perplexity-mcp 1.4.1 and litellm 1.109.1
perplexity sonar | input_uncached 10 × 1 + output 100 × 1 + requests 1 × 5/k | 0.00511 | perplexity/sonar correction
perplexity sonar size=low | input_uncached 10 × 1 + output 100 × 1 + requests 1 × 5/k | 0.00511 | perplexity/sonar correction
perplexity sonar size=medium | input_uncached 10 × 1 + output 100 × 1 + requests 1 × 8/k | 0.00811 | perplexity/sonar correction
perplexity sonar size=high | input_uncached 10 × 1 + output 100 × 1 + requests 1 × 12/k | 0.01211 | perplexity/sonar correction
perplexity sonar-pro size=medium | input_uncached 10 × 3 + output 100 × 15 + requests 1 × 10/k | 0.01153 | perplexity/sonar-pro correction
perplexity sonar-reasoning-pro size=high | input_uncached 10 × 2 + output 100 × 8 + requests 1 × 14/k | 0.01482 | perplexity/sonar-reasoning-pro correction
perplexity sonar-deep-research | input_uncached 10 × 2 + output 40 × 8 + reasoning 60 × 3 + web_search_requests 4 × 5/k | 0.02052 | perplexity/sonar-deep-research

OpenRouter's free models and suffixes; other names for the same:
# openrouter.ai/models, platform.openai.com/docs/pricing
openrouter deepseek/deepseek-r1:free | input_uncached 1000 + output 100 | 0 | openrouter/deepseek/deepseek-r1:free
openrouter openai/gpt-4o:online | input_uncached 1000 × 2.50 + output 100 × 10 | 0.0035 | openrouter/openai/gpt-4o
openrouter anthropic/claude-sonnet-4.5:nitro | input_uncached 1000 × 3 + output 100 × 15 | 0.0045 | openrouter/anthropic/claude-sonnet-4.5
litellm openai/gpt-4o | input_uncached 1000 × 2.50 + output 100 × 10 | 0.0035 | openai/gpt-4o
litellm azure/gpt-4o | input_uncached 1000 × 2.50 + output 100 × 10 | 0.0035 | azure/gpt-4o
litellm anthropic/claude-haiku-4-5 | input_uncached 1000 × 1 + output 100 × 5 | 0.0015 | anthropic/claude-haiku-4-5
openai anthropic/claude-haiku-4-5 | input_uncached 1000 × 1 + output 100 × 5 | 0.0015 | anthropic/claude-haiku-4-5
`;
