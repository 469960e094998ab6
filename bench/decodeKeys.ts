import type { WantedKeys } from '../src/span.ts';

/** Keys as the readers of spans ask for them: the current conventions, and enough of other dialects to fill the table. */
export const wantedForBench: WantedKeys = {
  exact: new Set([
    ...[
      'gen_ai.operation.name',
      'gen_ai.provider.name',
      'gen_ai.system',
      'gen_ai.request.model',
      'gen_ai.response.model',
    ],
    ...[
      'gen_ai.response.id',
      'gen_ai.agent.name',
      'gen_ai.agent.id',
      'gen_ai.conversation.id',
      'gen_ai.usage.input_tokens',
    ],
    ...[
      'gen_ai.usage.output_tokens',
      'gen_ai.usage.prompt_tokens',
      'gen_ai.usage.completion_tokens',
      'gen_ai.usage.total_tokens',
    ],
    ...[
      'gen_ai.usage.cache_read.input_tokens',
      'gen_ai.usage.cache_write.input_tokens',
      'gen_ai.usage.cache_creation.input_tokens',
    ],
    ...['gen_ai.usage.reasoning.output_tokens', 'gen_ai.response.service_tier', 'openai.response.service_tier'],
    ...[
      'gen_ai.usage.cost.amount',
      'llm.model_name',
      'llm.token_count.prompt',
      'llm.token_count.completion',
      'llm.provider',
    ],
    ...[
      'llm.token_count.prompt_details.cache_read',
      'openinference.span.kind',
      'traceloop.span.kind',
      'traceloop.entity.name',
    ],
    ...[
      'ai.model.id',
      'ai.response.model',
      'ai.usage.promptTokens',
      'ai.usage.completionTokens',
      'ai.telemetry.functionId',
    ],
    ...[
      'langfuse.observation.usage_details',
      'langfuse.user.id',
      'langfuse.session.id',
      'user.id',
      'enduser.id',
      'session.id',
    ],
    ...['agent.name', 'agent.id', 'http.route', 'error.type', 'server.address', 'service.name', 'tollgate.run.id'],
    ...['deployment.environment.name', 'deployment.environment'],
  ]),
  prefixes: [
    'tollgate.tag.',
    'traceloop.association.properties.',
    'ai.telemetry.metadata.',
    'langfuse.trace.metadata.',
  ],
};
