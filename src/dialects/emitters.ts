import { noHabits, type Habits } from './dialect.ts';
import type { Family } from './provider.ts';

interface Emitter {
  /** The scope's name, or what it begins with: up to a `.`, `/` or `@`. */
  readonly scope: string;
  /** Only for calls of these families; all where not given. */
  readonly families?: readonly Family[];
  readonly habits: Partial<Habits>;
}

/**
 * What is known of emitters by their instrumentation scope, whatever dialect they write: read in their sources and
 * recordings. The first row that fits holds.
 */
const emitters: readonly Emitter[] = [
  { scope: '@tollgate/', habits: { cache: 'inclusive' } },
  { scope: 'com.anthropic.sdk', habits: { cache: 'inclusive' } },
  { scope: 'com.anthropic.claude-platform', habits: { cache: 'inclusive' } },
  { scope: '@traceloop/instrumentation-anthropic', habits: { cache: 'exclusive' } },
  { scope: '@traceloop/instrumentation-bedrock', habits: { cache: 'exclusive', missing: 'cache' } },
  { scope: '@traceloop/instrumentation-google-generativeai', habits: { outputWithoutReasoning: true } },
  { scope: '@traceloop/instrumentation-vertexai', habits: { outputWithoutReasoning: true } },
  // It writes no cached tokens, and guesses the usage of streamed chats without a mark.
  { scope: '@traceloop/instrumentation-openai', habits: { cache: 'inclusive', missing: 'cache' } },
  { scope: 'opentelemetry.instrumentation.bedrock', habits: { cache: 'exclusive', missing: 'cache' } },
  { scope: 'opentelemetry.instrumentation.botocore', habits: { cache: 'exclusive', missing: 'cache' } },
  {
    scope: 'opentelemetry.instrumentation.langchain',
    families: ['anthropic'],
    habits: { cache: 'inclusive', missing: 'cache_write' },
  },
  { scope: '@traceloop/instrumentation-langchain', habits: { cache: 'inclusive', missing: 'cache' } },
  { scope: 'opentelemetry.instrumentation.anthropic', habits: { cache: 'inclusive' } },
  { scope: 'opentelemetry.instrumentation.google_generativeai', habits: { outputWithoutReasoning: true } },
  { scope: 'opentelemetry.instrumentation.vertexai', habits: { outputWithoutReasoning: true } },
  { scope: '@openlit/instrumentation-claude-agent-sdk', habits: { cache: 'inclusive' } },
  // It repeats the AI SDK's own figures, whose version it does not say.
  { scope: '@openlit/instrumentation-vercel-ai', habits: {} },
  { scope: '@openlit/', families: ['anthropic', 'bedrock'], habits: { cache: 'exclusive' } },
  { scope: '@openlit/', families: ['google'], habits: { cache: 'inclusive', outputWithoutReasoning: true } },
  { scope: '@openlit/', habits: { cache: 'inclusive' } },
  { scope: 'openlit', families: ['anthropic', 'bedrock'], habits: { cache: 'exclusive' } },
  { scope: 'openlit.instrumentation.openai', habits: { cache: 'inclusive' } },
  { scope: '@opentelemetry/instrumentation-openai', habits: { cache: 'inclusive', missing: 'cache' } },
  // The old instrumentation; its successor, `opentelemetry.instrumentation.genai.openai`, tells the cache.
  { scope: 'opentelemetry.instrumentation.openai_v2', habits: { cache: 'inclusive', missing: 'cache' } },
  { scope: 'opentelemetry.instrumentation.genai', habits: { cache: 'inclusive' } },
  { scope: '@arizeai/openinference-instrumentation-anthropic', habits: { cache: 'inclusive' } },
  { scope: 'openinference.instrumentation.anthropic', habits: { cache: 'inclusive' } },
  { scope: '@arizeai/openinference-instrumentation-openai', habits: { cache: 'inclusive' } },
  { scope: 'openinference.instrumentation.openai', habits: { cache: 'inclusive' } },
  // Of Chat Completions they pass on input and output alone.
  { scope: 'openinference.instrumentation.openai_agents', habits: { cache: 'inclusive', missing: 'cache' } },
  { scope: 'openinference.instrumentation.smolagents', habits: { missing: 'cache' } },
  { scope: 'logfire.openai', habits: { cache: 'inclusive', missing: 'cache' } },
  { scope: 'logfire.anthropic', habits: { cache: 'inclusive', missing: 'cache' } },
  // The cached part stands in `output.value`, which may be left out.
  { scope: '@arizeai/openinference-instrumentation-bedrock', habits: { cache: 'exclusive', missing: 'cache' } },
  // The cache writes stand in `output.value`, which may be left out.
  {
    scope: '@arizeai/openinference-instrumentation-langchain',
    families: ['anthropic'],
    habits: { cache: 'inclusive', missing: 'cache_write' },
  },
  {
    scope: '@arizeai/openinference-instrumentation-langchain',
    families: ['bedrock'],
    habits: { missing: 'cache_write' },
  },
  { scope: 'pydantic-ai', habits: { cache: 'inclusive' } },
  { scope: 'langfuse-sdk', habits: {} },
  { scope: 'langsmith', habits: {} },
  // The cached part and the thoughts stand in its log records alone.
  { scope: 'gemini-cli', habits: { cache: 'inclusive', outputWithoutReasoning: true, missing: 'cache' } },
  { scope: 'agentgateway', habits: { cache: 'inclusive' } },
  { scope: 'envoyproxy/ai-gateway', habits: { cache: 'inclusive' } },
];

const compiled = emitters.map(({ scope, families, habits }) => ({
  scope,
  families,
  habits: { ...noHabits, isKnown: true, ...habits },
}));

export function habitsOf(scopeName: string, family: Family): Habits {
  for (const { scope, families, habits } of compiled) {
    if (scopeIs(scopeName, scope) && (families === undefined || families.includes(family))) return habits;
  }
  return noHabits;
}

/** True when `name` is `scope` or begins with it up to a `.`, `/` or `@`. */
export function scopeIs(name: string, scope: string): boolean {
  if (!name.startsWith(scope)) return false;
  if (name.length === scope.length || scope.endsWith('/')) return true;
  const next = name[scope.length];
  return next === '.' || next === '/' || next === '@';
}
