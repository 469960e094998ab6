import { subjectVocabulary, tagPrefixes } from '../../attribution/keys.ts';
import { compileIndex, type Vocabulary } from '../fields.ts';

/**
 * The bare names that coding agents give the attributes of their log records. No span reader asks for them: on a span
 * `model` or `input_tokens` may be anybody's.
 */
const logVocabulary: Vocabulary = {
  speaksOfLlm: true,
  aliases: {
    requestModel: ['model'],
    requestId: ['request_id'],
    responseId: ['response_id', 'response.id'],
    errorType: ['error.type', 'error_type'],
    httpStatus: ['http.response.status_code', 'http.status_code', 'status_code'],
    inputTokens: ['input_tokens', 'input_token_count'],
    outputTokens: ['output_tokens', 'output_token_count'],
    totalTokens: ['total_token_count'],
    cacheReadTokens: ['cache_read_tokens', 'cached_token_count', 'cached_content_token_count'],
    cacheWriteTokens: ['cache_creation_tokens', 'cache_write_token_count'],
    reasoningTokens: ['reasoning_token_count', 'thoughts_token_count'],
    reportedCost: ['cost_usd'],
    agent: ['gen_ai.agent.name', 'agent.name', 'gen_ai.agent.id', 'agent.id', 'agent_id'],
    agentId: ['gen_ai.agent.id', 'agent.id', 'agent_id'],
    // The person before the installation (Claude Code's `user.id`) and the workspace (Codex's `user.account_id`).
    user: ['user.account_uuid', 'user.email', 'user.account_id'],
    session: ['gen_ai.conversation.id', 'conversation.id'],
  },
};

const vocabularies = [logVocabulary, subjectVocabulary];

/** Sorts the attributes of a log record into fields. */
export const logIndex = compileIndex(vocabularies, tagPrefixes);
