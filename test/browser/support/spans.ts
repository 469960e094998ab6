import { randomBytes } from 'node:crypto';
import { send } from '../../support/fillStore/service.ts';
import type { WrittenSpan } from '../../support/fillStore/spans.ts';

export const newTraceId = (): string => randomBytes(16).toString('hex');
export const newSpanId = (): string => randomBytes(8).toString('hex');

/** A span of now, as one test needs it. */
export function span(fields: Partial<WrittenSpan> & Pick<WrittenSpan, 'traceId'>): WrittenSpan {
  return {
    service: 'shop',
    environment: 'production',
    scope: 'test',
    spanId: newSpanId(),
    parentSpanId: null,
    name: 'work',
    kind: 1,
    startMs: Date.now() - 5_000,
    durationMs: 900,
    error: null,
    attributes: {},
    ...fields,
  };
}

/** A chat call: 1,000 tokens of gpt-4o in are 0.0025 USD, 100 out are 0.001 USD. */
export function chat(
  fields: Partial<WrittenSpan> & Pick<WrittenSpan, 'traceId'>,
  attributes: Readonly<Record<string, string | number>> = {},
): WrittenSpan {
  const spanId = fields.spanId ?? newSpanId();
  return span({
    name: 'chat gpt-4o',
    kind: 3,
    ...fields,
    spanId,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.response.model': 'gpt-4o',
      'gen_ai.response.id': `chatcmpl-${spanId}`,
      'gen_ai.usage.input_tokens': 1_000,
      'gen_ai.usage.output_tokens': 100,
      ...attributes,
    },
  });
}

export function deliver(
  store: { readonly http: string; readonly api: string },
  spans: readonly WrittenSpan[],
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  return send({ httpUrl: store.http, apiUrl: store.api, headers }, spans);
}
