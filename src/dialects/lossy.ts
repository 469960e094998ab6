import type { Counts } from './counts.ts';
import type { Habits } from './dialect.ts';
import { isGenerating } from './operations.ts';

/** Gemini models that think: 2.5 and later, and the names that follow the newest. */
const THINKING_GEMINI = /gemini-(?:2\.5|[3-9]|flash-latest|pro-latest|flash-lite-latest)/i;

/** True when part of the usage is known to be missing, by the counts or by what their emitter never writes. */
export function isLossy(counts: Counts, habits: Habits, operation: string | null, model: string | null): boolean {
  const { input, output, total, uncachedInput, cacheRead, cacheWrite, reasoning } = counts;
  const generates = operation !== null && isGenerating(operation);
  if (output !== null && input === null && uncachedInput === null) return true;
  // A stream cut short: the input is billed, and whatever output there was.
  if (generates && input !== null && output === null) return true;
  if (generates && habits.missing === 'cache' && cacheRead === null) return true;
  if (generates && habits.missing === 'cache_write' && cacheWrite === null) return true;
  // Thoughts are billed as output. A total without them proves that there were none.
  const mayHaveThought = habits.outputWithoutReasoning && output !== null && reasoning === null;
  return mayHaveThought && mayThink(model) && total !== (input ?? 0) + output;
}

export function mayThink(model: string | null): boolean {
  return THINKING_GEMINI.test(model ?? '');
}
