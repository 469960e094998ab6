/** The places of a document that hold a user's id, by their names: of a subject, a counter's key, a budget's match. */
const USER_NAMES: ReadonlySet<string> = new Set(['user', 'user_id']);
/** Sentences for people, which name whom a document is about. */
const TEXT_NAMES: ReadonlySet<string> = new Set(['message', 'reason', 'note']);
/** Named by senders: `tags.user` is a tag. */
const OTHERS_NAMES: ReadonlySet<string> = new Set(['tags']);

export interface WithoutUser<Value> {
  readonly value: Value;
  /** Whether the document names the user in a place of its own; only then its texts are changed. */
  readonly isChanged: boolean;
}

/** A JSON document with another id in the places of the user's, and in its texts where there are such places. */
export function withoutUser<Value>(document: Value, user: string, erasedAs: string): WithoutUser<Value> {
  if (!namesUser(document, user)) return { value: document, isChanged: false };
  return { value: replaced(document, user, erasedAs) as Value, isChanged: true };
}

function namesUser(value: unknown, user: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => namesUser(item, user));
  return Object.entries(value).some(([name, inner]) => {
    if (OTHERS_NAMES.has(name)) return false;
    return (USER_NAMES.has(name) && inner === user) || namesUser(inner, user);
  });
}

function replaced(value: unknown, user: string, erasedAs: string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => replaced(item, user, erasedAs));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (OTHERS_NAMES.has(name)) return [name, inner];
      if (USER_NAMES.has(name) && inner === user) return [name, erasedAs];
      if (TEXT_NAMES.has(name) && typeof inner === 'string') return [name, textWithout(inner, user, erasedAs)];
      return [name, replaced(inner, user, erasedAs)];
    }),
  );
}

/** The id as a word of its own: `u1` is not in `u12`. */
export function textWithout(text: string, user: string, erasedAs: string): string {
  const word = new RegExp(
    `(?<![\\p{L}\\p{N}_])${user.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)}(?![\\p{L}\\p{N}_])`,
    'gu',
  );
  return text.replaceAll(word, () => erasedAs);
}
