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
      'llm.user',
    ],
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
      'gcp.vertex.agent.session_id',
      'anthropic.session.id',
    ],
    run: ['tollgate.run.id'],
    route: ['http.route'],
    tagList: ['tag.tags'],
    traceloopEntityName: ['traceloop.entity.name'],
    service: ['service.name'],
    environment: ['deployment.environment.name', 'deployment.environment'],
    errorType: ['error.type'],
    httpStatus: ['http.response.status_code', 'http.status_code'],
    langfuseObservationType: ['langfuse.observation.type'],
    langsmithSpanKind: ['langsmith.span.kind'],
  },
};

/** `PREFIX` + name is the tag `name`. */
export const tagPrefixes: readonly string[] = [
  'tollgate.tag.',
  'ai.telemetry.metadata.',
  'traceloop.association.properties.',
];
