import { fieldsOrEmpty, isFields } from '../fields.ts';
import type { Fields } from '../fields.ts';

/** The parameter by which an API lets a request limit its output. */
export interface OutputLimit {
  /** The most tokens one answer may have; null where the request does not say. */
  read(body: Fields): number | null;
  /** A copy of the body with the limit. `host` is where it goes. */
  write(body: Fields, tokens: number, host: string): Fields;
}

/** Google, Mistral and who else copies the API know `max_tokens`; these models of OpenAI refuse it. */
const refusesMaxTokens = /^(?:[^/]+\/)?(?:o\d|gpt-5|gpt-6|codex)/;

export const chatLimit: OutputLimit = {
  read: (body) => smallest(body['max_completion_tokens'], body['max_tokens']),
  write(body, tokens, host) {
    const { max_tokens: old, ...rest } = body;
    if (needsNewName(body, host)) return { ...rest, max_completion_tokens: tokens };
    // Both where the caller gives both: a host reads the one it knows.
    const isNew = isCount(body['max_completion_tokens']);
    return {
      ...body,
      ...(isNew ? { max_completion_tokens: tokens } : {}),
      ...(!isNew || isCount(old) ? { max_tokens: tokens } : {}),
    };
  },
};

function needsNewName(body: Fields, host: string): boolean {
  if (refusesMaxTokens.test(String(body['model']))) return true;
  return !isCount(body['max_tokens']) && (host === 'openai.com' || host.endsWith('.openai.com'));
}

export const completionLimit: OutputLimit = named('max_tokens');
export const responsesLimit: OutputLimit = named('max_output_tokens');
export const gatewayLimit: OutputLimit = named('maxOutputTokens');

function named(name: string): OutputLimit {
  return {
    read: (body) => smallest(body[name]),
    write: (body, tokens) => ({ ...body, [name]: tokens }),
  };
}

/** Anthropic refuses a smaller budget for thinking, and one that leaves nothing for the answer. */
const THINKING_TOKENS_MIN = 1_024;

export const messagesLimit: OutputLimit = {
  read: (body) => smallest(body['max_tokens']),
  write(body, tokens) {
    const thinking = fieldsOrEmpty(body['thinking']);
    const limited = { ...body, max_tokens: tokens };
    const budget = thinking['budget_tokens'];
    if (!isFields(body['thinking']) || !isCount(budget) || budget < tokens) return limited;
    return {
      ...limited,
      thinking:
        tokens > THINKING_TOKENS_MIN
          ? { ...thinking, budget_tokens: Math.max(THINKING_TOKENS_MIN, tokens - 1) }
          : { type: 'disabled' },
    };
  },
};

/** Gemini's, in the one object of the request that holds such settings; Python's spelling passes too. */
export const googleLimit: OutputLimit = within('generationConfig', 'generation_config', 'maxOutputTokens');
export const interactionLimit: OutputLimit = within('generation_config', 'generation_config', 'max_output_tokens');
export const ollamaLimit: OutputLimit = within('options', 'options', 'num_predict');

function within(object: string, otherSpelling: string, name: string): OutputLimit {
  const objectOf = (body: Fields): string => (isFields(body[otherSpelling]) ? otherSpelling : object);
  return {
    read: (body) => smallest(fieldsOrEmpty(body[objectOf(body)])[name]),
    write: (body, tokens) => ({
      ...body,
      [objectOf(body)]: { ...fieldsOrEmpty(body[objectOf(body)]), [name]: tokens },
    }),
  };
}

function smallest(...values: readonly unknown[]): number | null {
  const counts = values.filter(isCount);
  return counts.length === 0 ? null : Math.min(...counts);
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
