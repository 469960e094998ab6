import { AsyncLocalStorage } from 'node:async_hooks';
import { fieldsOrEmpty, isFields, textOf } from '../fields.ts';
import { currentFrameworkSpan, startAgent } from './frameworkSpan.ts';
import type { AgentFacts, FrameworkSpan } from './frameworkSpan.ts';

/** The id of a `ToolLoopAgent`, for the one generation it starts itself: those of its tools are not the agent's. */
interface AgentRun {
  readonly id: string;
  isTaken: boolean;
}

const agentRuns = new AsyncLocalStorage<AgentRun>();

/** Runs an agent's own `generate` or `stream`: neither hands its id down to the generation it starts. */
export function asAgent<Result>(id: unknown, fn: () => Result): Result {
  const text = textOf(id);
  return text === null ? fn() : agentRuns.run({ id: text, isTaken: false }, fn);
}

function takeAgentId(): string | null {
  const run = agentRuns.getStore();
  if (run === undefined || run.isTaken) return null;
  run.isTaken = true;
  return run.id;
}

/** What is told of a generation: under `telemetry`, and in whatever the application lets telemetry see. */
interface Generation {
  readonly functionId: unknown;
  readonly metadata: unknown;
  readonly tools: unknown;
}

/**
 * The span of a generation; null where it says nothing but its model call: neither a name nor whose it is, and no tools to
 * go round with. Whatever has no name stays with the agent outside.
 */
export function startGeneration({ functionId, metadata, tools }: Generation): FrameworkSpan | null {
  const id = takeAgentId();
  const told = fieldsOrEmpty(metadata);
  const facts: AgentFacts = {
    name: id ?? textOf(functionId),
    id,
    conversation: told['sessionId'] ?? told['session_id'],
    user: told['userId'] ?? told['user_id'],
  };
  const isTold = facts.name !== null || facts.conversation !== undefined || facts.user !== undefined;
  const isLoop = isFields(tools) && Object.keys(tools).length > 0 && currentFrameworkSpan() === undefined;
  return isTold || isLoop ? startAgent(facts) : null;
}

/** A stream that nobody reads on never ends; its span does when its object is gone. */
export const abandoned = new FinalizationRegistry<FrameworkSpan>((span) => span.end());
