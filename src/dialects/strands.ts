import type { ReceivedSpan } from '../span.ts';
import { noHabits, type Dialect, type Habits } from './dialect.ts';
import { at, text, type Found } from './fields.ts';
import { scopeIs } from './emitters.ts';
import type { Family } from './provider.ts';

const SYSTEM = 'strands-agents';
const PYTHON_SCOPE = 'strands';
/** `us.anthropic.claude-…`, `amazon.nova-…`: Bedrock's spelling of a model. */
const BEDROCK_MODEL = /^(?:[a-z]{2,6}\.)?(?:anthropic|amazon|meta|mistral|cohere|ai21|deepseek|qwen|openai|writer)\./;
const LOOP_SPAN_START = 'execute_';
const loopSpans: ReadonlySet<string> = new Set(['execute_agent_loop_cycle', 'execute_event_loop_cycle']);

/**
 * Strands Agents. Its JavaScript scope and `gen_ai.system` are the service's name, so that what it is known by is the start
 * time it repeats as an attribute. Whether its input includes the cache changed with its version, which it does not write;
 * its total tells.
 */
export const strands: Dialect = {
  name: 'strands',
  namesNoProvider: true,
  vocabulary: { speaksOfLlm: false, aliases: { strandsEventStart: ['gen_ai.event.start_time'] } },
  ownsScope: (name) => scopeIs(name, PYTHON_SCOPE),
  needsNoKey: true,
  recognises: isOfStrands,
  own: (_span, found) => ({ provider: BEDROCK_MODEL.test(text(found, at.requestModel) ?? '') ? 'aws.bedrock' : null }),
  habits: habitsOfStrands,
};

const known = { ...noHabits, isKnown: true };
const inclusive = { ...known, cache: 'inclusive' } as const;
const exclusive = { ...known, cache: 'exclusive' } as const;

/** In Python and from Bedrock the total includes the cache; JavaScript's Anthropic client leaves it out of input and total. */
function habitsOfStrands({ scope }: ReceivedSpan, found: Found, family: Family): Habits {
  const input = numberAt(found, at.inputTokens);
  const cached = numberAt(found, at.cacheReadTokens) + numberAt(found, at.cacheWriteTokens);
  if (numberAt(found, at.totalTokens) !== input + numberAt(found, at.outputTokens)) return known;
  if (family === 'anthropic' && !scopeIs(scope.name, PYTHON_SCOPE)) return exclusive;
  return cached <= input ? inclusive : known;
}

/** 0 where there is none; what is no number makes every comparison false. */
function numberAt({ values }: Found, field: number): number {
  const value = values[field];
  if (value === undefined) return 0;
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'bigint' ? Number(value) : NaN;
}

function isOfStrands({ name }: ReceivedSpan, found: Found): boolean {
  return (
    found.values[at.strandsEventStart] !== undefined ||
    found.values[at.provider] === SYSTEM ||
    // Looking a new string up in a set costs its hash.
    (name.startsWith(LOOP_SPAN_START) && loopSpans.has(name))
  );
}
