/** What others are known to count twice, and the recordings in which it happens. */
export interface KnownInRecordings {
  readonly name: string;
  readonly paths: readonly string[];
}

export const recordedDoubleCounts: readonly KnownInRecordings[] = [
  {
    name: 'AI SDK 7: `invoke_agent` repeats the usage of its chats (Langfuse #14754)',
    paths: ['ai-sdk-v7/calls', 'ai-sdk-v7/sub-agent'],
  },
  {
    name: 'AI SDK 4–6: the outer span repeats the inner one, the last step’s or the sum',
    paths: ['ai-sdk-v4/calls', 'ai-sdk-v5/calls', 'ai-sdk-v6/calls', 'ai-sdk-v7/legacy'],
  },
  {
    name: 'AI SDK: another processor renames the outer span to `chat MODEL` and gives it `gen_ai.usage.*`',
    paths: ['ai-sdk-v6/with-traceloop', 'ai-sdk-v6/with-openinference'],
  },
  {
    name: 'Pydantic AI: the run’s span has the sum of its requests (pydantic-ai #3995)',
    paths: ['pydantic-ai/anthropic-usage-on-run', 'pydantic-ai/anthropic'],
  },
  {
    name: 'Strands: `invoke_agent` has the total (harness-sdk #1267, #3602)',
    paths: ['strands/agent', 'strands/sub-agent', 'strands-python/openai', 'strands-python/anthropic'],
  },
  {
    name: 'Microsoft Agent Framework: `invoke_agent` has the total',
    paths: ['agent-framework/openai-chat', 'agent-framework/openai-responses'],
  },
  {
    name: 'OpenInference: an AGENT span has the total (Phoenix #12768, #15793)',
    paths: ['smolagents/planning', 'smolagents/planning-twice'],
  },
  {
    name: 'Two instrumentations of one client (dd-trace-py #18868)',
    paths: [
      'traceloop-openai/with-openinference',
      'genai-python/anthropic-twice',
      'openinference-python/anthropic-twice',
      'traceloop-python/anthropic-twice',
    ],
  },
  {
    name: '`@anthropic-ai/sdk` traces by itself beside Traceloop or OpenInference: nested, and siblings for streams',
    paths: ['traceloop-anthropic/with-native', 'openinference-anthropic/with-native'],
  },
  {
    name: 'A framework and the client below it',
    paths: [
      'agent-framework/anthropic',
      'pydantic-ai/anthropic-twice',
      'openai-agents-openinference/with-client',
      'strands/with-native-anthropic',
    ],
  },
  {
    name: 'LangChain’s callbacks, which set no context, and the client',
    paths: [
      'openinference-langchain/with-contrib-openai',
      'langchain-python/genai-twice',
      'langchain-python/traceloop-twice',
      'langchain-python/anthropic-twice',
      'langchain-python/openai-twice',
      'traceloop-sdk/langchain',
    ],
  },
  { name: 'Client and gateway in one trace, and in two', paths: ['gateway/one-trace', 'gateway/two-traces'] },
  { name: 'Anthropic’s SDK and Anthropic’s platform', paths: ['claude-platform/one-trace'] },
  { name: 'LiteLLM’s proxy: its spans and the application’s', paths: ['litellm/proxy', 'litellm/proxy-with-keys'] },
  {
    name: 'One call as log record and span; sub-agents among them (claude-code #83430)',
    paths: ['claude-code/logs-and-spans', 'codex-cli/exec', 'gemini-cli/prompt'],
  },
];
