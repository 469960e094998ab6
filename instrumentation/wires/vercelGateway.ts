import { sawOutput } from '../calls/operation.ts';
import type { Observation, Operation } from '../calls/operation.ts';
import { gatewayLimit } from '../calls/outputLimit.ts';
import type { TokenCounts } from '../calls/tokenCounts.ts';
import { countOf, fieldsOrEmpty, isFields, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';

type Header = (name: string) => string | null;

/** What a request to Vercel's AI Gateway says in its headers: the body has neither the model nor whether it streams. */
interface GatewayCall {
  readonly format: 'gateway';
  readonly operation: Operation;
  readonly provider: 'vercel';
  readonly model: string;
  readonly isStream: boolean;
}

/** The gateway speaks the AI SDK's own language of models and parts; null for what is none of its model calls. */
export function gatewayCallOf(path: string, header: Header): GatewayCall | null {
  const [name, operation] = path.endsWith('/ai/language-model')
    ? ['ai-language-model-id', languageModel]
    : path.endsWith('/ai/embedding-model')
      ? ['ai-model-id', embeddingModel]
      : [null, null];
  const model = name === null ? null : header(name);
  if (operation === null || model === null || model === '') return null;
  const isStream = header('ai-language-model-streaming') === 'true';
  return { format: 'gateway', operation, provider: 'vercel', model, isStream };
}

const languageModel: Operation = {
  name: 'chat',
  request: { contents: ['prompt'], schemas: ['tools', 'responseFormat'], remembered: [] },
  usageOnRequest: false,
  serviceTierAttribute: 'gen_ai.response.service_tier',
  readResponse(response, seen) {
    readMetadata(fieldsOrEmpty(response['response']), seen);
    readEnd(response, seen);
  },
  readEvent(part, seen) {
    const { type } = part;
    if (type === 'response-metadata') readMetadata(part, seen);
    else if (type === 'finish') readEnd(part, seen);
    else if (type === 'text-delta' || type === 'reasoning-delta' || type === 'tool-input-delta')
      sawOutput(seen, part['delta']);
  },
  countTokens,
  outputLimit: gatewayLimit,
  asksForCacheWrites: false,
};

const embeddingModel: Operation = {
  ...languageModel,
  name: 'embeddings',
  request: { contents: ['values'], schemas: [], remembered: [] },
  countTokens: (usage) => ({ input: countOf(usage['tokens']) }),
  outputLimit: null,
};

function readMetadata(metadata: Fields, seen: Observation): void {
  seen.responseId ??= textOf(metadata['id']);
  seen.responseModel ??= textOf(metadata['modelId']);
}

function readEnd(end: Fields, seen: Observation): void {
  const { finishReason, usage } = end;
  const reason = textOf(finishReason) ?? textOf(fieldsOrEmpty(finishReason)['unified']);
  if (reason !== null) seen.finishReasons.push(reason);
  if (!isFields(usage)) return;
  seen.usage = usage;
  seen.usageIsFinal = true;
}

/** Totals with their parts; older versions of the language have plain numbers. */
function countTokens({ inputTokens, outputTokens, cachedInputTokens, reasoningTokens }: Fields): TokenCounts {
  const input = fieldsOrEmpty(inputTokens);
  const output = fieldsOrEmpty(outputTokens);
  return {
    input: countOf(inputTokens) ?? countOf(input['total']),
    output: countOf(outputTokens) ?? countOf(output['total']),
    cacheRead: countOf(cachedInputTokens) ?? countOf(input['cacheRead']),
    cacheWrite: countOf(input['cacheWrite']),
    reasoning: countOf(reasoningTokens) ?? countOf(output['reasoning']),
  };
}
