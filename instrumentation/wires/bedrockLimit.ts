import { messagesLimit } from '../calls/outputLimit.ts';
import type { OutputLimit } from '../calls/outputLimit.ts';
import { isFields } from '../fields.ts';
import type { Fields } from '../fields.ts';

/** Where a body has its limit: `object.name`, or `name` alone. */
type Place = readonly [object: string | null, name: string];

/** Claude, Mistral, Cohere, DeepSeek, Qwen. */
const MAX_TOKENS: Place = [null, 'max_tokens'];

/** By the vendor in the model's id, for a body that sets none. */
const placeOfVendor: readonly (readonly [id: RegExp, place: Place])[] = [
  [/(?:^|[./])meta\./, [null, 'max_gen_len']],
  [/(?:^|[./])openai\./, [null, 'max_completion_tokens']],
  [/(?:^|[./])amazon\.nova/, ['inferenceConfig', 'maxTokens']],
  [/(?:^|[./])amazon\.titan/, ['textGenerationConfig', 'maxTokenCount']],
];

const places: readonly Place[] = [
  MAX_TOKENS,
  ...placeOfVendor.map(([, place]) => place),
  ['inferenceConfig', 'max_new_tokens'],
  [null, 'max_tokens_to_sample'],
  [null, 'maxTokens'],
];

/** The parameter of the model whose body it is: the one it sets, else the one its vendor has. */
export const invokeLimit: OutputLimit = {
  read(body) {
    const limits = places.map((place) => limitAt(body, place)).filter((limit) => limit !== null);
    return limits.length === 0 ? null : Math.min(...limits);
  },
  write(body, tokens, host) {
    const set = places.filter((place) => limitAt(body, place) !== null);
    const written = (set.length === 0 ? [placeFor(body)] : set).reduce(
      (changed, place) => withLimit(changed, place, tokens),
      body,
    );
    return isFields(body['thinking']) ? messagesLimit.write(written, tokens, host) : written;
  },
};

function limitAt(body: Fields, [object, name]: Place): number | null {
  const within = object === null ? body : body[object];
  return isFields(within) ? messagesLimit.read({ max_tokens: within[name] }) : null;
}

function withLimit(body: Fields, [object, name]: Place, tokens: number): Fields {
  if (object === null) return { ...body, [name]: tokens };
  const within = body[object];
  return { ...body, [object]: { ...(isFields(within) ? within : {}), [name]: tokens } };
}

/** The ARN of a profile names no vendor: then the body's other fields do. */
function placeFor(body: Fields): Place {
  const model = String(body['model']);
  const named = placeOfVendor.find(([id]) => id.test(model));
  if (named !== undefined) return named[1];
  if ('inferenceConfig' in body || 'schemaVersion' in body) return ['inferenceConfig', 'maxTokens'];
  if ('inputText' in body) return ['textGenerationConfig', 'maxTokenCount'];
  return MAX_TOKENS;
}

/** Whose format a body of InvokeModel has; null where the id does not say. */
export function vendorOf(model: string): string | null {
  return (
    /(?:^|[./])(anthropic|amazon\.[a-z]+|meta|mistral|cohere|deepseek|openai|qwen|ai21|writer)\b/.exec(model)?.[1] ??
    null
  );
}
