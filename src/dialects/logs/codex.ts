import { noHabits } from '../dialect.ts';
import type { LogEmitter } from './logEmitter.ts';

/**
 * Codex CLI. It writes `codex.sse_event` for every piece of a stream, and for the end of one twice: with the time it took
 * and, apart, with its counts. Only the latter is the call. An end with an error in place of counts is a failed one.
 * `tool_token_count` is input and output together, whatever its name says.
 */
export const codex: LogEmitter = {
  dialect: 'codex',
  events: [
    {
      name: 'codex.sse_event',
      outcome: ({ attributes }, { input, output, fault }) => {
        if (attributes.get('event.kind') !== 'response.completed') return null;
        if (input !== null || output !== null || fault !== null) return 'ok';
        return attributes.has('error.message') ? 'error' : null;
      },
    },
  ],
  provider: () => 'openai',
  habits: { ...noHabits, isKnown: true, cache: 'inclusive' },
};
