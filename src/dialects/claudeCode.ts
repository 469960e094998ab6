import { cleanDimension } from '../attribution/cleanDimension.ts';
import type { ReceivedSpan } from '../span.ts';
import { readCount, type Counts } from './counts.ts';
import { noHabits, type Dialect } from './dialect.ts';
import { at, type Found } from './fields.ts';
import { isClaudeCodeName } from '../attribution/subject.ts';
import { scopeIs } from './emitters.ts';
import { noTariff, priceFactsOf, readPriceName } from './priceFacts.ts';

const operationByName: ReadonlyMap<string, string> = new Map([
  ['claude_code.llm_request', 'chat'],
  ['claude_code.interaction', 'invoke_agent'],
  ['claude_code.tool', 'execute_tool'],
]);

/** Claude Code: counts under plain names, which are read of its spans alone. */
export const claudeCode: Dialect = {
  name: 'claude-code',
  vocabulary: {
    speaksOfLlm: true,
    aliases: {
      plainModel: ['model'],
      plainInputTokens: ['input_tokens'],
      plainOutputTokens: ['output_tokens'],
      plainCacheReadTokens: ['cache_read_tokens'],
      plainCacheWriteTokens: ['cache_creation_tokens'],
      plainRequestId: ['request_id'],
      plainAgentId: ['agent_id'],
    },
  },
  ownsScope: (name) => scopeIs(name, 'com.anthropic.claude_code'),
  needsNoKey: true,
  recognises: ({ name }) => isClaudeCodeName(name),
  operation: (_found, span) => operationByName.get(span.name) ?? null,
  callNeedsUsage: (_found, operation) => operation === null,
  own: (_span, found) => ({
    provider: found.values[at.provider] === undefined ? 'anthropic' : null,
    requestModel: cleanDimension(found.values[at.plainModel]),
    requestId: cleanDimension(found.values[at.plainRequestId]),
  }),
  readJson: (found, counts, span) => {
    if (!isRequest(span)) return {};
    fillFromPlainNames(found, counts);
    const priceFacts = priceFactsOf(null, readPriceName(span.attributes.get('speed')));
    return priceFacts === null ? {} : { tariff: { ...noTariff, priceFacts } };
  },
  habits: () => ({ ...noHabits, isKnown: true, cache: 'exclusive' }),
};

/** Its tools name a model too, and what a subagent used. */
function isRequest(span: ReceivedSpan): boolean {
  return operationByName.get(span.name) === 'chat';
}

function fillFromPlainNames(found: Found, counts: Counts): void {
  counts.input ??= readCount(found.values[at.plainInputTokens], 'input_tokens', counts);
  counts.output ??= readCount(found.values[at.plainOutputTokens], 'output_tokens', counts);
  counts.cacheRead ??= readCount(found.values[at.plainCacheReadTokens], 'cache_read_tokens', counts);
  counts.cacheWrite ??= readCount(found.values[at.plainCacheWriteTokens], 'cache_creation_tokens', counts);
}
