import type { ReceivedLog } from '../../log.ts';
import { readCount, type Counts } from '../counts.ts';
import { noHabits, type Habits } from '../dialect.ts';
import type { LogEmitter } from './logEmitter.ts';

const habits: Habits = { ...noHabits, isKnown: true, cache: 'inclusive', outputWithoutReasoning: true };

/**
 * Gemini CLI. Its counts are Google's: input with what the cache held, output without thoughts. The record
 * `gen_ai.client.inference.operation.details` that it writes beside each of these says the same call again.
 */
export const geminiCli: LogEmitter = {
  dialect: 'gemini-cli',
  events: [
    { name: 'gemini_cli.api_response', outcome: () => 'ok' },
    { name: 'gemini_cli.api_error', outcome: () => 'error' },
  ],
  provider: ({ attributes }) => (attributes.get('auth_type') === 'vertex-ai' ? 'gcp.vertex_ai' : 'gcp.gemini'),
  habits,
  complete: addToolTokens,
};

/** Qwen Code, which is made of Gemini CLI and talks to anybody's models: by `auth_type`, else whose they are is told by their name. */
export const qwenCode: LogEmitter = {
  dialect: 'gemini-cli',
  events: [
    { name: 'qwen-code.api_response', outcome: () => 'ok' },
    { name: 'qwen-code.api_error', outcome: () => 'error' },
  ],
  provider: ({ attributes }) => {
    const authType = attributes.get('auth_type');
    return typeof authType === 'string' ? (providersOfQwenCode.get(authType) ?? null) : null;
  },
  habits,
  complete: addToolTokens,
};

/** Of the ways to log in, those that name whose models answer: `openai` is anybody's endpoint of that shape. */
const providersOfQwenCode: ReadonlyMap<string, string> = new Map([
  ['gemini', 'gcp.gemini'],
  ['gemini-api-key', 'gcp.gemini'],
  ['vertex-ai', 'gcp.vertex_ai'],
  ['anthropic', 'anthropic'],
]);

/** What tools put into the prompt is input beside `input_token_count`, unless the total proves that it is inside. */
function addToolTokens({ attributes }: ReceivedLog, counts: Counts): void {
  const tool = readCount(attributes.get('tool_token_count'), 'tool_token_count', counts);
  const { input, output, reasoning, total } = counts;
  if (tool === null || input === null) return;
  const withoutTool = input + (output ?? 0);
  const isInside = total === withoutTool || total === withoutTool + (reasoning ?? 0);
  if (!isInside) counts.input = input + tool;
}
