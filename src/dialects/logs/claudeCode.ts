import { noHabits } from '../dialect.ts';
import { priceFactsOf, readPriceName } from '../priceFacts.ts';
import type { LogEmitter } from './logEmitter.ts';

const BEDROCK_MODEL = /^(?:arn:aws|(?:[a-z]{2,6}\.)?anthropic\.)/;
const VERTEX_MODEL = /@\d{8}$/;

/**
 * Claude Code. `api_request` is an answered call; `api_error` is written once for a request that was given up. Its counts
 * are Anthropic's own, so input is what the cache did not hold.
 */
export const claudeCode: LogEmitter = {
  dialect: 'claude-code',
  events: [
    { name: 'claude_code.api_request', outcome: () => 'ok' },
    { name: 'claude_code.api_error', outcome: () => 'error' },
  ],
  shortNames: { scope: 'com.anthropic.claude_code', prefix: 'claude_code.' },
  provider: (_record, model) => {
    if (BEDROCK_MODEL.test(model ?? '')) return 'aws.bedrock';
    return VERTEX_MODEL.test(model ?? '') ? 'gcp.vertex_ai' : 'anthropic';
  },
  habits: { ...noHabits, isKnown: true, cache: 'exclusive' },
  priceFacts: ({ attributes }) => priceFactsOf(null, readPriceName(attributes.get('speed'))),
};
