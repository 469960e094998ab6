import type { ReceivedSpan } from '../span.ts';
import { noHabits, type Dialect } from './dialect.ts';
import { at, text, type Found } from './fields.ts';
import { scopeIs } from './emitters.ts';

const SYSTEM = 'strands-agents';
/** `us.anthropic.claude-…`, `amazon.nova-…`: Bedrock's spelling of a model. */
const BEDROCK_MODEL = /^(?:[a-z]{2,6}\.)?(?:anthropic|amazon|meta|mistral|cohere|ai21|deepseek|qwen|openai|writer)\./;
const loopSpans: ReadonlySet<string> = new Set(['execute_agent_loop_cycle', 'execute_event_loop_cycle']);

/**
 * Strands Agents. Its JavaScript scope and `gen_ai.system` are the service's name, so that what it is known by is the start
 * time it repeats as an attribute. Whether its input includes the cache changed with its version, which it does not write;
 * its total tells, as it includes the cache always.
 */
export const strands: Dialect = {
  name: 'strands',
  namesNoProvider: true,
  vocabulary: { speaksOfLlm: false, aliases: { strandsEventStart: ['gen_ai.event.start_time'] } },
  recognises: (span, found) => isOfStrands(span, found),
  own: (_span, found) => ({ provider: BEDROCK_MODEL.test(text(found, at.requestModel) ?? '') ? 'aws.bedrock' : null }),
  habits: () => habits,
};

const habits = { ...noHabits, isKnown: true };

function isOfStrands({ scope, name }: ReceivedSpan, found: Found): boolean {
  return (
    found.values[at.strandsEventStart] !== undefined ||
    text(found, at.provider) === SYSTEM ||
    scopeIs(scope.name, 'strands') ||
    loopSpans.has(name)
  );
}
