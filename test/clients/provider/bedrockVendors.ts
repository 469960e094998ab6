import { isRecord } from '../../../demo/provider/exchange.ts';
import type { ProviderRequest, TokenCounts } from '../../../demo/provider/exchange.ts';

type Body = Readonly<Record<string, unknown>>;

/** What a vendor's format is made of. */
export interface AnswerParts {
  readonly request: ProviderRequest;
  readonly tokens: TokenCounts;
  readonly pieces: readonly string[];
  readonly isCut: boolean;
  /** The tool that the answer calls; null where it has text. */
  readonly tool: string | null;
}

/** How one vendor's bodies look in InvokeModel. */
interface VendorFormat {
  isOf(body: Body): boolean;
  contents(body: Body): unknown;
  limit(body: Body): unknown;
  body(parts: AnswerParts): object;
  events(parts: AnswerParts): readonly object[];
}

const textOf = ({ pieces }: AnswerParts): string => pieces.join('');

const anthropic: VendorFormat = {
  isOf: (body) => 'anthropic_version' in body,
  contents: (body) => [body['system'], body['messages']],
  limit: (body) => body['max_tokens'],
  body: (parts) => ({
    ...anthropicMessage(parts),
    content: [{ type: 'text', text: textOf(parts) }],
    stop_reason: anthropicReason(parts),
    usage: { ...anthropicInput(parts), output_tokens: parts.tokens.output },
  }),
  events: (parts) => [
    {
      type: 'message_start',
      message: {
        ...anthropicMessage(parts),
        content: [],
        stop_reason: null,
        usage: { ...anthropicInput(parts), output_tokens: 1 },
      },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...parts.pieces.map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: anthropicReason(parts), stop_sequence: null },
      usage: { output_tokens: parts.tokens.output },
    },
    { type: 'message_stop' },
  ],
};

const anthropicMessage = ({ request }: AnswerParts): object => ({
  id: request.directives.texts.id ?? 'msg_bdrk_fixed',
  type: 'message',
  role: 'assistant',
  model: request.model,
  stop_sequence: null,
});
const anthropicReason = ({ isCut }: AnswerParts): string => (isCut ? 'max_tokens' : 'end_turn');
const anthropicInput = ({ tokens }: AnswerParts): object => ({
  input_tokens: tokens.uncached,
  cache_read_input_tokens: tokens.cacheRead,
  cache_creation_input_tokens: tokens.cacheWrite5m + tokens.cacheWrite1h,
  cache_creation: {
    ephemeral_5m_input_tokens: tokens.cacheWrite5m,
    ephemeral_1h_input_tokens: tokens.cacheWrite1h,
  },
});

const nova: VendorFormat = {
  isOf: (body) => 'inferenceConfig' in body || 'schemaVersion' in body,
  contents: (body) => [body['system'], body['messages']],
  limit: (body) => (isRecord(body['inferenceConfig']) ? body['inferenceConfig']['maxTokens'] : null),
  body: (parts) => ({
    output: { message: { role: 'assistant', content: [{ text: textOf(parts) }] } },
    stopReason: parts.isCut ? 'max_tokens' : 'end_turn',
    usage: novaUsage(parts),
  }),
  events: (parts) => [
    { messageStart: { role: 'assistant' } },
    ...parts.pieces.map((text) => ({ contentBlockDelta: { delta: { text }, contentBlockIndex: 0 } })),
    { contentBlockStop: { contentBlockIndex: 0 } },
    { messageStop: { stopReason: parts.isCut ? 'max_tokens' : 'end_turn' } },
    { metadata: { usage: novaUsage(parts), metrics: {}, trace: {} } },
  ],
};

const novaUsage = ({ tokens }: AnswerParts): object => ({
  inputTokens: tokens.uncached,
  outputTokens: tokens.output,
  totalTokens: tokens.uncached + tokens.cacheRead + tokens.cacheWrite5m + tokens.output,
  cacheReadInputTokenCount: tokens.cacheRead,
  cacheWriteInputTokenCount: tokens.cacheWrite5m,
});

const titan: VendorFormat = {
  isOf: (body) => 'textGenerationConfig' in body,
  contents: (body) => body['inputText'],
  limit: (body) => (isRecord(body['textGenerationConfig']) ? body['textGenerationConfig']['maxTokenCount'] : null),
  body: (parts) => ({
    inputTextTokenCount: parts.tokens.uncached,
    results: [{ tokenCount: parts.tokens.output, outputText: textOf(parts), completionReason: titanReason(parts) }],
  }),
  events: (parts) =>
    parts.pieces.map((outputText, index) => ({
      outputText,
      index,
      totalOutputTextTokenCount: isLast(parts, index) ? parts.tokens.output : null,
      completionReason: isLast(parts, index) ? titanReason(parts) : null,
      inputTextTokenCount: index === 0 ? parts.tokens.uncached : null,
    })),
};

const titanReason = ({ isCut }: AnswerParts): string => (isCut ? 'LENGTH' : 'FINISH');
const isLast = ({ pieces }: AnswerParts, index: number): boolean => index === pieces.length - 1;

const llama: VendorFormat = {
  isOf: (body) => 'max_gen_len' in body,
  contents: (body) => body['prompt'],
  limit: (body) => body['max_gen_len'],
  body: (parts) => ({
    generation: textOf(parts),
    prompt_token_count: parts.tokens.uncached,
    generation_token_count: parts.tokens.output,
    stop_reason: parts.isCut ? 'length' : 'stop',
  }),
  events: (parts) =>
    parts.pieces.map((generation, index) => ({
      generation,
      prompt_token_count: index === 0 ? parts.tokens.uncached : null,
      generation_token_count: isLast(parts, index) ? parts.tokens.output : index + 1,
      stop_reason: isLast(parts, index) ? (parts.isCut ? 'length' : 'stop') : null,
    })),
};

const mistral: VendorFormat = {
  isOf: (body) => 'prompt' in body,
  contents: (body) => body['prompt'],
  limit: (body) => body['max_tokens'],
  body: (parts) => ({ outputs: [{ text: textOf(parts), stop_reason: parts.isCut ? 'length' : 'stop' }] }),
  events: (parts) =>
    parts.pieces.map((text, index) => ({
      outputs: [{ text, stop_reason: isLast(parts, index) ? (parts.isCut ? 'length' : 'stop') : null }],
    })),
};

const cohere: VendorFormat = {
  isOf: (body) => 'message' in body,
  contents: (body) => body['message'],
  limit: (body) => body['max_tokens'],
  body: (parts) => ({
    response_id: 'fixed-response',
    generation_id: 'fixed-generation',
    text: textOf(parts),
    chat_history: [],
    finish_reason: 'COMPLETE',
  }),
  events: (parts) => [
    ...parts.pieces.map((text) => ({ event_type: 'text-generation', text, is_finished: false })),
    {
      event_type: 'stream-end',
      is_finished: true,
      finish_reason: 'COMPLETE',
      response: { text: textOf(parts), finish_reason: 'COMPLETE' },
    },
  ],
};

const titanEmbedding: VendorFormat = {
  isOf: (body) => 'inputText' in body,
  contents: (body) => body['inputText'],
  limit: () => 0,
  body: ({ tokens }) => ({ embedding: [0.25, 0.5], inputTextTokenCount: tokens.uncached }),
  events: () => [],
};

const cohereEmbedding: VendorFormat = {
  isOf: (body) => 'texts' in body,
  contents: (body) => body['texts'],
  limit: () => 0,
  body: () => ({ id: 'fixed-embedding', embeddings: [[0.25, 0.5]], response_type: 'embeddings_floats' }),
  events: () => [],
};

/** OpenAI's, DeepSeek's, Qwen's. */
const chat: VendorFormat = {
  isOf: (body) => 'messages' in body,
  contents: (body) => body['messages'],
  limit: (body) => body['max_completion_tokens'] ?? body['max_tokens'],
  body: (parts) => ({
    id: 'chatcmpl-fixed',
    model: parts.request.model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: textOf(parts) },
        finish_reason: parts.isCut ? 'length' : 'stop',
      },
    ],
    usage: chatUsage(parts),
  }),
  events: (parts) => [
    ...parts.pieces.map((content) => ({
      id: 'chatcmpl-fixed',
      model: parts.request.model,
      choices: [{ index: 0, delta: { content }, finish_reason: null }],
    })),
    {
      id: 'chatcmpl-fixed',
      model: parts.request.model,
      choices: [{ index: 0, delta: {}, finish_reason: parts.isCut ? 'length' : 'stop' }],
    },
  ],
};

const chatUsage = ({ tokens }: AnswerParts): object => ({
  prompt_tokens: tokens.uncached,
  completion_tokens: tokens.output,
  total_tokens: tokens.uncached + tokens.output,
});

/** Told apart by the fields of the request; the first that fits. */
export const vendorFormats: readonly VendorFormat[] = [
  anthropic,
  nova,
  titan,
  llama,
  mistral,
  cohere,
  titanEmbedding,
  cohereEmbedding,
  chat,
];
