import { context } from '@opentelemetry/api';
import type { Attributes } from '@opentelemetry/api';
import { attributionStorage } from './currentAttribution.ts';
import { textOf } from '../fields.ts';
import { contextOfRun } from './run.ts';

/** Whom the calls inside belong to. What is left out, or null, is inherited from outside; tags are merged name by name. */
export interface CallAttribution {
  readonly agent?: string | null | undefined;
  readonly user?: string | null | undefined;
  readonly session?: string | null | undefined;
  readonly run?: string | null | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/**
 * Runs `fn` and gives every LLM span started inside it, across `await`, the agent, user, session, run and tags; when the
 * preload owns the tracer provider, every other span too. Nothing of it is baggage. The run alone travels, in the trace state,
 * so that other processes of it have it too; never to a provider.
 */
export function withAttribution<Result>(attribution: CallAttribution | null | undefined, fn: () => Result): Result {
  const outer = attributionStorage().getStore();
  const attributes = { ...outer, ...attributesOf(attribution ?? {}) };
  const run = textOf(attributes['tollgate.run.id']);
  if (run === null || run === outer?.['tollgate.run.id']) return attributionStorage().run(attributes, fn);
  return attributionStorage().run(attributes, () => context.with(contextOfRun(run), fn));
}

function attributesOf({ agent, user, session, run, tags }: CallAttribution): Attributes {
  const attributes: Attributes = {};
  const put = (key: string, value: unknown): void => {
    // Plain JavaScript passes numbers and nulls too: a number is an id, nothing is nothing.
    if (typeof value === 'number' || (typeof value === 'string' && value !== '')) attributes[key] = String(value);
  };
  put('gen_ai.agent.name', agent);
  put('user.id', user);
  put('gen_ai.conversation.id', session);
  put('tollgate.run.id', run);
  for (const [name, value] of Object.entries(tags ?? {})) put(`tollgate.tag.${name}`, value);
  return attributes;
}
