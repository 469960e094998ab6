const FIRST_WORD = /[a-z]+/;
const FIRST_DIGIT = /\d/;
const FINE_TUNED = 'ft:';

/**
 * Whose model it is, whatever the version, publisher or region in front: `gpt` of `openai/gpt-4o-2024-08-06`, `claude` of
 * `us.anthropic.claude-sonnet-4-5-20250929-v1:0`. The whole name where it has no letter.
 */
export function familyOfModel(model: string): string {
  const known = families.get(model);
  if (known !== undefined) return known;
  const name = model.slice(model.lastIndexOf('/') + 1).toLowerCase();
  const bare = name.startsWith(FINE_TUNED) ? name.slice(FINE_TUNED.length) : name;
  const digit = bare.search(FIRST_DIGIT);
  const dot = (digit === -1 ? bare : bare.slice(0, digit)).lastIndexOf('.');
  const family = FIRST_WORD.exec(bare.slice(dot + 1))?.[0] ?? model.toLowerCase();
  if (families.size >= FAMILIES_KEPT_MAX) families.clear();
  families.set(model, family);
  return family;
}

/** Names are the senders'; the result depends on the name alone, so forgetting costs time only. */
const FAMILIES_KEPT_MAX = 10_000;
const families = new Map<string, string>();
