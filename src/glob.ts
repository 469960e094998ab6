/** Longest pattern; what it is matched against is a dimension, which is no longer. */
export const GLOB_CHARS_MAX = 256;

/**
 * A pattern in which `*` stands for any run of characters, none included; everything else is itself, upper and lower case
 * apart. It compares piece by piece from the left and never goes back, so that no text costs more than its length
 * times the pattern's.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  const pieces = pattern.split('*');
  const first = pieces[0] ?? '';
  if (pieces.length === 1) return (text) => text === first;
  const last = pieces[pieces.length - 1] ?? '';
  const between = pieces.slice(1, -1).filter((piece) => piece !== '');
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let from = first.length;
    for (const piece of between) {
      const found = text.indexOf(piece, from);
      if (found === -1) return false;
      from = found + piece.length;
    }
    // The last piece may not use again what an earlier one took.
    return from <= text.length - last.length;
  };
}
