/** See bill.ts for how to read them. */
export const overrides = `
Prices that somebody set: exact, dated, for long context, free, and mapped. No tier scales them; a map is scaled as its model is.
# the price in the line "set"
set openai gpt-4o 2026-01-01T00:00:00Z .. 2026-07-01T00:00:00Z | input 2 output 8
openai gpt-4o 2025-12-31T23:59:59.999Z | input_uncached 1000 × 2.50 + output 100 × 10 | 0.0035 | openai/gpt-4o
openai gpt-4o 2026-01-01T00:00:00Z | input_uncached 1000 × 2 + cache_read 1000 × 2 + output 100 × 8 | 0.0048 | custom/openai/gpt-4o 2026-01-01 custom
openai gpt-4o 2026-06-30T23:59:59.999Z tier=batch | input_uncached 1000 × 2 + output 100 × 8 | 0.0028 | custom/openai/gpt-4o 2026-01-01 custom
openai gpt-4o 2026-07-01T00:00:00Z | input_uncached 1000 × 2.50 + output 100 × 10 | 0.0035 | openai/gpt-4o
set openai gpt-4o | input 2.125 output 8.5 cache_read 0.0000000010625 above 1000 input 3 output 9
openai gpt-4o | input_uncached 1000 × 2.125 + output 100 × 8.5 | 0.002975 | custom/openai/gpt-4o custom
openai gpt-4o | input_uncached 1001 × 3 + output 100 × 9 | 0.003903 | custom/openai/gpt-4o custom
set ollama llama3.3 | input 0 output 0
ollama llama3.3 | input_uncached 1000 + output 100 | 0 | custom/ollama/llama3.3 custom
set * acme-* | input 1 output 2 request 3
vllm acme-7b | input_uncached 1000 × 1 + output 100 × 2 + requests 1 × 3/k | 0.0042 | custom/*/acme-* custom
set acme chat → anthropic/claude-haiku-4-5
acme chat | input_uncached 1000 × 1 + cache_write_1h 10 × 2 + output 100 × 5 | 0.00152 | anthropic/claude-haiku-4-5
acme chat tier=batch | input_uncached 1000 × 0.50 + output 100 × 2.50 | 0.00075 | anthropic/claude-haiku-4-5
set none
`;
