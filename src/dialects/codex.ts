import type { Dialect } from './dialect.ts';

/** Codex: its spans name models and carry no tokens, which stand in its log records. So a span alone is never a call. */
export const codex: Dialect = {
  name: 'codex',
  vocabulary: { speaksOfLlm: false, aliases: {} },
  recognises: ({ scope: { name } }) => /^codex(?:$|[_./-])/.test(name),
  callNeedsUsage: () => true,
};
