import type { Subject } from '../call.ts';
import { at, text, type Found } from '../dialects/fields.ts';
import { leaf, readJsonObject, type JsonObject } from '../dialects/json.ts';
import type { AttributeValue, Scope, SpanKind } from '../span.ts';
import { cleanDimension } from './cleanDimension.ts';
import { noTags, readTags } from './tags.ts';

/** The rest of the span that says whom it belongs to. */
interface SubjectContext {
  /** A resource and a log record have none. */
  readonly scope?: Scope;
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
export function readSubject(found: Found, { scope, name, kind, traceState }: SubjectContext): Subject {
  const stateRun = traceState === '' ? null : runOfTraceState(traceState);
  if (found.vocabularies === 0 && found.tags.length === 0) {
    const agent = scope?.name === ADK_SCOPE ? agentOfAdk(name) : null;
    return stateRun === null && agent === null ? noSubject : { ...noSubject, agent, run: stateRun };
  }
  const metadata = langchainMetadata(found, scope?.name ?? '');
  return {
    agent:
      cleanDimension(found.values[at.agent]) ??
      agentBySpanName(found, scope?.name ?? '', name) ??
      agentOfGraph(metadata, name),
    agentId: cleanDimension(found.values[at.agentId] ?? ofClaudeCode(found, name, at.plainAgentId)),
    user: userOf(found, name) ?? cleanDimension(leaf(metadata, 'user_id')),
    session: sessionOf(found),
    run: cleanDimension(found.values[at.run]) ?? stateRun,
    // A client span's route is the callee's: `@anthropic-ai/sdk` writes the provider's own.
    endpoint: kind === CLIENT ? null : cleanDimension(found.values[at.route]),
    tags: readTags(found.tags, found.values[at.tagList]),
  };
}

const ADK_SCOPE = 'gcp.vertex.agent';
const AGENT_RUN = /^agent_run \[(.+)\]$/;

/** Version 1 of Google's Agent Development Kit names an agent in the name of a span without attributes. */
function agentOfAdk(name: string): string | null {
  return cleanDimension(AGENT_RUN.exec(name)?.[1]);
}

/** LiteLLM's owner of its master key: nobody, who would come before the user that an application names. */
const NOBODY = 'default_user_id';

function userOf(found: Found, name: string): string | null {
  const user = cleanDimension(ofClaudeCode(found, name, at.account) ?? found.values[at.user]);
  return user === NOBODY ? null : user;
}

/** Agents that stand in no attribute of their own but name the span or its entity. */
function agentBySpanName(found: Found, scope: string, name: string): string | null {
  if (text(found, at.openinferenceSpanKind)?.toUpperCase() === 'AGENT') {
    return isAgentsWorkflow(found, scope) ? null : cleanDimension(name);
  }
  if (text(found, at.traceloopSpanKind) === 'agent') return cleanDimension(found.values[at.traceloopEntityName]);
  if (text(found, at.genkitSubtype) === 'agent') return cleanDimension(found.values[at.genkitName]);
  if (text(found, at.langfuseObservationType) === 'agent') return cleanDimension(name);
  const agentId = ofClaudeCode(found, name, at.plainAgentId);
  if (agentId !== undefined) return cleanDimension(agentId);
  const isInvocation = text(found, at.operation) === 'invoke_agent' && name.startsWith(INVOKE_AGENT_NAME);
  return isInvocation ? cleanDimension(name.slice(INVOKE_AGENT_NAME.length)) : null;
}

/** What Logfire writes over a value whose key holds `session`, which would make one session of all. */
const SCRUBBED = '[Scrubbed due to ';

function sessionOf(found: Found): string | null {
  const session = cleanDimension(found.values[at.session]);
  return session?.startsWith(SCRUBBED) === true ? null : session;
}

const LANGCHAIN_SCOPES: ReadonlySet<string> = new Set([
  '@arizeai/openinference-instrumentation-langchain',
  'openinference.instrumentation.langchain',
]);
/** What LangGraph calls a graph that has no name. */
const NAMELESS_GRAPH = 'LangGraph';

/** What an application gives a LangChain run: OpenInference makes its session an attribute, and not its user. */
function langchainMetadata(found: Found, scope: string): JsonObject | null {
  return LANGCHAIN_SCOPES.has(scope) ? readJsonObject(found.values[at.langchainMetadata]) : null;
}

/** The span of a whole graph, which is in no node of one, has the graph's name: that of the agent it was built for. */
function agentOfGraph(metadata: JsonObject | null, name: string): string | null {
  const isGraph = leaf(metadata, 'ls_integration') === 'langgraph' && leaf(metadata, 'langgraph_node') === null;
  return isGraph && name !== NAMELESS_GRAPH ? cleanDimension(name) : null;
}

const AGENTS_SCOPES: ReadonlySet<string> = new Set([
  '@arizeai/openinference-instrumentation-openai-agents',
  'openinference.instrumentation.openai_agents',
]);

/**
 * OpenInference's spans of the OpenAI Agents SDK: the outermost of kind AGENT stands for the whole workflow and has its
 * name; those of agents say which node of the graph they are.
 */
export function isAgentsWorkflow(found: Found, scope: string): boolean {
  return AGENTS_SCOPES.has(scope) && found.values[at.graphNodeId] === undefined;
}

export function isClaudeCodeName(spanName: string): boolean {
  return spanName.startsWith('claude_code.');
}

/** A name too plain to be read of any other span. */
function ofClaudeCode(found: Found, spanName: string, field: number): AttributeValue | undefined {
  const value = found.values[field];
  return value !== undefined && isClaudeCodeName(spanName) ? value : undefined;
}

/** W3C asks for 512 characters and at most 32 entries of at most 513; what is beyond is not looked at. */
const TRACE_STATE_CHARS_MAX = 32 * 514;

/** The `tollgate=r:ID` entry of a W3C trace state; further parts of the entry follow a `;`. */
function runOfTraceState(traceState: string): string | null {
  for (const entry of traceState.slice(0, TRACE_STATE_CHARS_MAX).split(',')) {
    const [key, value = ''] = entry.trim().split('=', 2);
    if (key !== 'tollgate') continue;
    const run = value.split(';').find((part) => part.startsWith('r:'));
    return run === undefined ? null : cleanDimension(run.slice('r:'.length));
  }
  return null;
}
