/** What the gate's benchmarks ask and settle, over HTTP: contract section 6. */
import { Agent, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface AskedDecision {
  readonly agent: string;
  readonly idempotencyKey: string;
  readonly ttlSeconds?: number;
}

/** gpt-4o at 2.50 and 10 USD per million tokens: 0.0025 + 0.001 USD. */
export const INPUT_TOKENS = 1000;
export const OUTPUT_TOKENS_MAX = 100;
export const BOUND_FEMTO_USD = 3_500_000_000_000n;

export function decisionBody({ agent, idempotencyKey, ttlSeconds }: AskedDecision): string {
  return JSON.stringify({
    subject: { agent, user: 'u1', service: 'bench' },
    call: {
      provider: 'openai',
      model: 'gpt-4o',
      operation: 'chat',
      input_tokens: INPUT_TOKENS,
      max_output_tokens: OUTPUT_TOKENS_MAX,
      cache_write: 'none',
      // So that every call has the same bound, and none is clamped to what is left.
      can_limit_output: false,
    },
    idempotency_key: idempotencyKey,
    ...(ttlSeconds === undefined ? {} : { ttl_seconds: ttlSeconds }),
  });
}

export function settlementBody(inputTokens: number, outputTokens: number): string {
  return JSON.stringify({ usage: { input_uncached: inputTokens, output: outputTokens }, final: true });
}

export function costFemtoUsd(inputTokens: number, outputTokens: number): bigint {
  return BigInt(inputTokens) * 2_500_000_000n + BigInt(outputTokens) * 10_000_000_000n;
}

export const keepAliveAgent = (sockets: number): Agent => new Agent({ keepAlive: true, maxSockets: sockets });

/** Rejects where the connection is refused or lost, or nothing answers in time. */
export function post(agent: Agent, url: string, body: string, timeoutMs = 30_000): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const outgoing = request(url, { method: 'POST', agent, headers, timeout: timeoutMs }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => (text += chunk));
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: text }));
      incoming.on('error', reject);
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer in ${timeoutMs} ms`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
