import type { Vocabulary } from '../dialects/fields.ts';

/**
 * Who a span belongs to, in the order of the public contract, section 4; after it the names that single emitters use.
 * Any span may carry these, so they say nothing about LLM calls.
 */
export const subjectVocabulary: Vocabulary = {
  speaksOfLlm: false,
  aliases: {
    agent: ['gen_ai.agent.name', 'agent.name', 'gen_ai.agent.id', 'agent.id', 'ai.telemetry.functionId', 'agent_name'],
    agentId: ['gen_ai.agent.id', 'agent.id'],
    user: [
      'user.id',
      'enduser.id',
      'enduser.pseudo.id',
      'langfuse.user.id',
      'ai.telemetry.metadata.userId',
      'traceloop.association.properties.user_id',
      'traceloop.association.properties.userId',
      'ai.telemetry.metadata.user_id',
      'ai.settings.context.userId',
      'mastra.metadata.userId',
      'gen_ai.request.user',
      'langsmith.metadata.user_id',
      'metadata.user_api_key_end_user_id',
      'litellm.end_user.id',
      'litellm.metadata.user_api_key_end_user_id',
      'llm.user',
      // Who owns the key, where nobody says who used it.
      'metadata.user_api_key_user_id',
      'litellm.metadata.user_api_key_user_id',
      'mastra.metadata.resourceId',
    ],
    // Of coding agents alone: the person before the installation, which is their `user.id`.
    account: ['user.account_uuid', 'user.email', 'user.account_id'],
    session: [
      'gen_ai.conversation.id',
      'session.id',
      'langfuse.session.id',
      'ai.telemetry.metadata.sessionId',
      'traceloop.association.properties.session_id',
      'traceloop.association.properties.sessionId',
      'ai.telemetry.metadata.session_id',
      'ai.settings.context.sessionId',
      'mastra.metadata.sessionId',
      'mastra.metadata.threadId',
      // `langsmith.trace.session_id` is a project, not a session.
      'langsmith.metadata.session_id',
      'langsmith.metadata.thread_id',
      'langsmith.metadata.conversation_id',
      'gcp.vertex.agent.session_id',
      'anthropic.session.id',
      'genkit:sessionId',
    ],
    run: ['tollgate.run.id', 'gcp.vertex.agent.invocation_id'],
    route: ['http.route'],
    tagList: ['tag.tags', 'langfuse.trace.tags', 'langsmith.span.tags', 'mastra.tags'],
    // JSON, of OpenInference's LangChain.
    langchainMetadata: ['metadata'],
    traceloopEntityName: ['traceloop.entity.name'],
    service: ['service.name'],
    environment: ['deployment.environment.name', 'deployment.environment', 'langfuse.environment'],
    errorType: ['error.type'],
    httpStatus: ['http.response.status_code', 'http.status_code'],
    langfuseObservationType: ['langfuse.observation.type'],
  },
};

/** `PREFIX` + name is the tag `name`. */
export const tagPrefixes: readonly string[] = [
  'tollgate.tag.',
  'ai.telemetry.metadata.',
  'traceloop.association.properties.',
  'langfuse.trace.metadata.',
  'mastra.metadata.',
];
