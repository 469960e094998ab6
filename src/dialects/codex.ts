import type { Dialect } from './dialect.ts';

/**
 * Codex: a response's usage stands on a span without a model and in a log record with one, and no id joins the two. The log
 * record is the call, so no span is.
 */
export const codex: Dialect = {
  name: 'codex',
  vocabulary: { speaksOfLlm: false, aliases: {} },
  ownsScope: (name) => /^codex(?:$|[_./-])/.test(name),
  containerRule: () => 'codex.sse_event is the call',
};
