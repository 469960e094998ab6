import type { RequestForm } from './operation.ts';
import { fieldAt, isOpaque } from './requestParts.ts';
import type { TokenCounts } from './tokenCounts.ts';

/** English text in byte-pair encodings: 4 characters a token, 12 % more than counted on 2,000 tokens of prose. */
const CHARACTERS_PER_TOKEN = 4;
/** A request nested deeper is not made of messages. */
const DEPTH_MAX = 12;

/** Binary parts are billed by their size in pixels or seconds, never as text; their base64 would count a thousandfold. */
const notText: ReadonlySet<string> = new Set([
  'image_url',
  'image',
  'images',
  'video',
  'audio',
  'input_audio',
  'inlineData',
  'inline_data',
  'file_data',
  'data',
  'url',
  'encrypted_content',
  'signature',
  'thoughtSignature',
]);

/**
 * Usage of a stream the provider did not finish counting. It never replaces a count that came (Anthropic gives the
 * input at once), and is a lower bound for the output: reasoning is not seen, and the provider may have gone on.
 */
export function estimateTokens(
  body: Readonly<Record<string, unknown>> | null,
  form: RequestForm,
  outputCharacters: number,
  known: TokenCounts,
): TokenCounts {
  const output = outputCharacters === 0 ? undefined : tokensOf(outputCharacters);
  const input =
    body === null
      ? undefined
      : tokensOf(
          [...form.contents, ...form.schemas].reduce((sum, name) => sum + charactersOf(fieldAt(body, name), 0), 0),
        );
  return {
    ...known,
    input: known.input ?? input,
    output: known.output === undefined ? output : Math.max(known.output, output ?? 0),
  };
}

const tokensOf = (characters: number): number => Math.ceil(characters / CHARACTERS_PER_TOKEN);

function charactersOf(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null || depth >= DEPTH_MAX || isOpaque(value)) return 0;
  let sum = 0;
  if (Array.isArray(value)) for (const item of value) sum += charactersOf(item, depth + 1);
  else for (const [key, item] of Object.entries(value)) if (!notText.has(key)) sum += charactersOf(item, depth + 1);
  return sum;
}
