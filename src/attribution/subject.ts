import type { Subject } from '../call.ts';
import { at, text, type Found } from '../dialects/fields.ts';
import type { SpanKind } from '../span.ts';
import { cleanDimension } from './cleanDimension.ts';
import { noTags, readTags } from './tags.ts';

/** The rest of the span that says whom it belongs to. */
interface SubjectContext {
  readonly name: string;
  readonly kind: SpanKind;
  readonly traceState: string;
}

export const noSubject: Subject = {
  agent: null,
  agentId: null,
  user: null,
  session: null,
  run: null,
  endpoint: null,
  tags: noTags,
};

const CLIENT = 3;
const INVOKE_AGENT_NAME = 'invoke_agent ';

/** What one span says itself; `vocabularies` 0 and no trace state is a span that says nothing. */
export function readSubject(found: Found, { name, kind, traceState }: SubjectContext): Subject {
  const stateRun = traceState === '' ? null : runOfTraceState(traceState);
  if (found.vocabularies === 0 && found.tags.length === 0) {
    return stateRun === null ? noSubject : { ...noSubject, run: stateRun };
  }
  return {
    agent: cleanDimension(found.values[at.agent]) ?? agentBySpanName(found, name),
    agentId: cleanDimension(found.values[at.agentId]),
    user: cleanDimension(found.values[at.user]),
    session: cleanDimension(found.values[at.session]),
    run: cleanDimension(found.values[at.run]) ?? stateRun,
    // A client span's route is the callee's: `@anthropic-ai/sdk` writes the provider's own.
    endpoint: kind === CLIENT ? null : cleanDimension(found.values[at.route]),
    tags: readTags(found.tags, found.values[at.tagList]),
  };
}

/** Agents that stand in no attribute of their own but name the span or its entity. */
function agentBySpanName(found: Found, name: string): string | null {
  if (text(found, at.openinferenceSpanKind)?.toUpperCase() === 'AGENT') return cleanDimension(name);
  if (text(found, at.traceloopSpanKind) === 'agent') return cleanDimension(found.values[at.traceloopEntityName]);
  const isInvocation = text(found, at.operation) === 'invoke_agent' && name.startsWith(INVOKE_AGENT_NAME);
  return isInvocation ? cleanDimension(name.slice(INVOKE_AGENT_NAME.length)) : null;
}

/** The `tollgate=r:ID` entry of a W3C trace state; further parts of the entry follow a `;`. */
function runOfTraceState(traceState: string): string | null {
  for (const entry of traceState.split(',')) {
    const [key, value = ''] = entry.trim().split('=', 2);
    if (key !== 'tollgate') continue;
    const run = value.split(';').find((part) => part.startsWith('r:'));
    return run === undefined ? null : cleanDimension(run.slice('r:'.length));
  }
  return null;
}
