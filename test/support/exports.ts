import { randomBytes } from 'node:crypto';

/** A chat call in the current GenAI conventions. 1 million tokens of gpt-4o cost 2.50 USD in and 10 USD out. */
export interface ChatCall {
  readonly traceId: string;
  readonly spanId: string;
  readonly startedAtMs: number;
  readonly agent: string;
  readonly user: string;
  readonly session: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const NANO_PER_MS = 1_000_000n;
const DURATION_MS = 1_234;
const JUST_ENDED_MS = 2_000;

/** 2.50 USD for 1e6 tokens are 2.5e9 femto-USD a token. */
const INPUT_FEMTO_USD = 2_500_000_000n;
const OUTPUT_FEMTO_USD = 10_000_000_000n;

export function costFemtoUsd(call: ChatCall): bigint {
  return BigInt(call.inputTokens) * INPUT_FEMTO_USD + BigInt(call.outputTokens) * OUTPUT_FEMTO_USD;
}

/** A call like no other, that has just ended: it counts in the windows of now. */
export function makeCall(fields: Partial<ChatCall> = {}): ChatCall {
  return {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    startedAtMs: Date.now() - JUST_ENDED_MS,
    agent: 'support-bot',
    user: 'u1',
    session: 's1',
    inputTokens: 1_000,
    outputTokens: 100,
    ...fields,
  };
}

/** An OTLP/JSON ExportTraceServiceRequest of these calls. */
export function traceExport(calls: readonly ChatCall[]): string {
  const resource = { attributes: [attribute('service.name', 'shop')] };
  return JSON.stringify({
    resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'test' }, spans: calls.map(toSpan) }] }],
  });
}

function toSpan(call: ChatCall): object {
  const startNano = BigInt(call.startedAtMs) * NANO_PER_MS;
  return {
    traceId: call.traceId,
    spanId: call.spanId,
    name: 'chat gpt-4o',
    kind: 3,
    startTimeUnixNano: String(startNano),
    endTimeUnixNano: String(startNano + BigInt(DURATION_MS) * NANO_PER_MS),
    attributes: [
      attribute('gen_ai.operation.name', 'chat'),
      attribute('gen_ai.provider.name', 'openai'),
      attribute('gen_ai.request.model', 'gpt-4o'),
      attribute('gen_ai.response.model', 'gpt-4o'),
      attribute('gen_ai.response.id', `chatcmpl-${call.spanId}`),
      attribute('gen_ai.agent.name', call.agent),
      attribute('user.id', call.user),
      attribute('gen_ai.conversation.id', call.session),
      { key: 'gen_ai.usage.input_tokens', value: { intValue: String(call.inputTokens) } },
      { key: 'gen_ai.usage.output_tokens', value: { intValue: String(call.outputTokens) } },
    ],
  };
}

function attribute(key: string, text: string): object {
  return { key, value: { stringValue: text } };
}

/** Sends calls over OTLP/HTTP. */
export function postCalls(
  httpBase: string,
  calls: readonly ChatCall[],
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${httpBase}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: traceExport(calls),
  });
}
