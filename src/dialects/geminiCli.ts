import type { Dialect } from './dialect.ts';
import { scopeIs } from './emitters.ts';

/**
 * Gemini CLI and Qwen Code: the span of a call tells input and candidates, its log record all of the usage, and no id joins
 * the two. The log record is the call, so no span is.
 */
export const geminiCli: Dialect = {
  name: 'gemini-cli',
  vocabulary: { speaksOfLlm: false, aliases: {} },
  ownsScope: (name) => scopeIs(name, 'gemini-cli') || scopeIs(name, 'qwen-code'),
  containerRule: () => 'gemini_cli.api_response is the call',
};
