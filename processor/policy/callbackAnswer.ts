import { type Effect, effects, type OuterVerdict } from '../../src/policy/decision.ts';
import { storableText } from '../../src/storableText.ts';
import { cleanDimension } from '../../src/attribution/cleanDimension.ts';
import { TOKENS_PER_BUCKET_MAX } from '../../src/usage.ts';

/** Of a message for people; the rest is cut. */
const MESSAGE_CHARS_MAX = 500;

type Mapping = Readonly<Record<string, unknown>>;

/**
 * What the callback answered: `{effect, modify?: {model?, max_output_tokens?}, message?}`, or that as `result` of an OPA
 * decision (https://www.openpolicyagent.org/docs/rest-api#get-a-document-with-input). Throws in plain words for anything else:
 * an answer that is not understood must not count as consent. Members it does not know are left alone: Rego results have more.
 */
export function readCallbackAnswer(text: string): OuterVerdict {
  const sent = parse(text);
  const answer = isMapping(sent) && !('effect' in sent) && isMapping(sent['result']) ? sent['result'] : sent;
  if (!isMapping(answer)) throw wrong('the answer', 'an object with effect', answer);
  const effect = effects.find((each) => each === answer['effect']);
  if (effect === undefined) throw wrong('effect', `one of ${effects.join(', ')}`, answer['effect']);
  const message = answer['message'] ?? '';
  if (typeof message !== 'string') throw wrong('message', 'a text', message);
  return {
    effect,
    ...readModify(effect, answer['modify'] ?? null),
    message: storableText(message.slice(0, MESSAGE_CHARS_MAX)),
  };
}

function readModify(effect: Effect, modify: unknown): Pick<OuterVerdict, 'model' | 'maxOutputTokens'> {
  if (effect !== 'modify') {
    if (modify !== null) throw wrong('modify', `nothing beside the effect ${effect}`, modify);
    return { model: null, maxOutputTokens: null };
  }
  if (!isMapping(modify)) throw wrong('modify', 'an object with model, max_output_tokens or both', modify);
  const { model: sentModel = null, max_output_tokens: maxOutputTokens = null } = modify;
  const model = typeof sentModel === 'string' ? cleanDimension(sentModel) : null;
  if (sentModel !== null && model === null) throw wrong('modify.model', 'the name of a model', sentModel);
  const isCount =
    typeof maxOutputTokens === 'number' &&
    Number.isSafeInteger(maxOutputTokens) &&
    maxOutputTokens >= 1 &&
    maxOutputTokens <= TOKENS_PER_BUCKET_MAX;
  if (maxOutputTokens !== null && !isCount) {
    throw wrong('modify.max_output_tokens', `a whole number from 1 to ${TOKENS_PER_BUCKET_MAX}`, maxOutputTokens);
  }
  if (model === null && maxOutputTokens === null) throw wrong('modify', 'model, max_output_tokens or both', modify);
  return { model, maxOutputTokens: isCount ? maxOutputTokens : null };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong('the answer', 'JSON', `${text.length} characters that are none`);
  }
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(where: string, expected: string, found: unknown): Error {
  const shown = typeof found === 'object' && found !== null ? 'an object or a list' : String(found).slice(0, 100);
  return new Error(`${where}: expected ${expected}, found ${shown}`);
}
