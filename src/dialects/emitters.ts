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
  { scope: '@traceloop/instrumentation-bedrock', habits: { cache: 'exclusive' } },
  { scope: '@traceloop/instrumentation-google-generativeai', habits: { outputWithoutReasoning: true } },
  { scope: '@traceloop/instrumentation-vertexai', habits: { outputWithoutReasoning: true } },
  // It writes no cached tokens, and guesses the usage of streamed chats without a mark.
  { scope: '@traceloop/instrumentation-openai', habits: { cache: 'inclusive', missing: 'cache' } },
  { scope: 'opentelemetry.instrumentation.bedrock', habits: { cache: 'exclusive' } },
  { scope: 'opentelemetry.instrumentation.anthropic', habits: { cache: 'inclusive' } },
  { scope: 'opentelemetry.instrumentation.google_generativeai', habits: { outputWithoutReasoning: true } },
  { scope: 'opentelemetry.instrumentation.vertexai', habits: { outputWithoutReasoning: true } },
  { scope: '@openlit/', families: ['anthropic'], habits: { cache: 'exclusive' } },
  { scope: 'openlit', families: ['anthropic'], habits: { cache: 'exclusive' } },
  { scope: 'agent_framework', families: ['anthropic'], habits: { cache: 'exclusive' } },
  { scope: '@opentelemetry/instrumentation-openai', habits: { cache: 'inclusive', missing: 'cache' } },
  { scope: '@opentelemetry/instrumentation-aws-sdk', habits: { cache: 'exclusive', missing: 'cache' } },
  { scope: '@arizeai/openinference-instrumentation-anthropic', habits: { cache: 'inclusive' } },
  {
    scope: '@arizeai/openinference-instrumentation-langchain',
    families: ['anthropic', 'bedrock'],
    habits: { missing: 'cache_write' },
  },
  { scope: '@mastra/otel-exporter', habits: { cache: 'inclusive' } },
  { scope: 'pydantic-ai', habits: { cache: 'inclusive' } },
  { scope: 'litellm', habits: { missing: 'cache' } },
  { scope: 'gcp.vertex.agent', habits: { cache: 'inclusive', outputWithoutReasoning: true } },
  { scope: 'gemini-cli', habits: { cache: 'inclusive', outputWithoutReasoning: true } },
];

const compiled = emitters.map(({ scope, families, habits }) => ({
  scope,
  families,
  habits: { ...noHabits, isKnown: true, ...habits },
}));

/** Bedrock models for which the AWS SDK's instrumentation guesses tokens from the length of the text. */
const guessedByAwsSdk = /^(?:[a-z]{2,6}\.)?(?:cohere|mistral)\./;

export function habitsOf(scopeName: string, family: Family, model: string | null): Habits {
  for (const { scope, families, habits } of compiled) {
    if (!scopeIs(scopeName, scope) || (families !== undefined && !families.includes(family))) continue;
    const guesses = scope === '@opentelemetry/instrumentation-aws-sdk' && guessedByAwsSdk.test(model ?? '');
    return guesses ? { ...habits, estimates: true } : habits;
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
