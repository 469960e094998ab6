/** How the stand-ins count: a word a token, in the fields that hold a prompt; an answer has 16 unless the request allows less. */
export const OUTPUT_TOKENS = 16;

export type Body = Readonly<Record<string, unknown>>;

const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value);
export const bodyOf = (value: unknown): Body => (isBody(value) ? value : {});
export const listOf = (value: unknown): Body[] => (Array.isArray(value) ? value.filter(isBody) : []);

const notText = new Set(['role', 'type', 'mimeType', 'mime_type', 'data', 'name', 'id', 'object', 'tool_call_id']);

/** Words of every text in a value, however it is nested. */
export function wordsIn(...values: readonly unknown[]): number {
  return values.reduce<number>((sum, value) => {
    if (typeof value === 'string') return sum + (value.match(/\S+/g)?.length ?? 0);
    if (Array.isArray(value)) return sum + wordsIn(...(value as unknown[]));
    if (!isBody(value)) return sum;
    return sum + wordsIn(...Object.entries(value).flatMap(([name, each]) => (notText.has(name) ? [] : [each])));
  }, 0);
}

/** As many as the request allows. */
export const outputOf = (limit: unknown): number =>
  typeof limit === 'number' ? Math.min(limit, OUTPUT_TOKENS) : OUTPUT_TOKENS;

/** `word1 word2 …`, in pieces of a stream. */
export function answerPieces(tokens: number, pieces = 4): string[] {
  const words = Array.from({ length: tokens }, (_, index) => `word${index + 1}`);
  const size = Math.max(1, Math.ceil(tokens / pieces));
  return Array.from(
    { length: Math.ceil(tokens / size) },
    (_, at) => `${at === 0 ? '' : ' '}${words.slice(at * size, (at + 1) * size).join(' ')}`,
  );
}

export const answerText = (tokens: number): string => answerPieces(tokens).join('');
