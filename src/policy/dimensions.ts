import { compileGlob } from '../glob.ts';
import type { CallFacts } from './posting.ts';

/** The value of a dimension that a call does not have, as reports write it too. */
export const NONE = '(none)';
const TAG = 'tag.';

/** What a call has in a dimension; `model` is the one that counters are kept by. */
export function valueOf(facts: CallFacts, dimension: string): string {
  switch (dimension) {
    case 'agent':
    case 'user':
    case 'session':
    case 'run':
    case 'model':
    case 'provider':
    case 'service':
    case 'environment':
      return facts[dimension] ?? NONE;
    default:
      return tagOf(facts, dimension) ?? NONE;
  }
}

/** Tags are named by senders: one called `constructor` is not what every object inherits. */
function tagOf({ tags }: CallFacts, dimension: string): string | null {
  if (!dimension.startsWith(TAG)) return null;
  const name = dimension.slice(TAG.length);
  return Object.hasOwn(tags, name) ? (tags[name] ?? null) : null;
}

type FactsTest = (facts: CallFacts) => boolean;

/** True for facts that match every key; `model` matches the requested model or the one that answered. */
export function compileMatch(match: Readonly<Record<string, string>>): FactsTest {
  const tests = Object.entries(match)
    .filter(([, pattern]) => pattern !== '*')
    .map(([dimension, pattern]) => compileKey(dimension, pattern));
  return (facts) => tests.every((test) => test(facts));
}

function compileKey(dimension: string, pattern: string): FactsTest {
  const glob = compileGlob(pattern);
  if (dimension !== 'model') return (facts) => glob(valueOf(facts, dimension));
  return (facts) => modelsOf(facts).some(glob);
}

/** Both names of a call's model, once where they are the same. */
export function modelsOf({ model, responseModel }: CallFacts): readonly string[] {
  if (responseModel === null || responseModel === model) return [model ?? NONE];
  return model === null ? [responseModel] : [model, responseModel];
}
