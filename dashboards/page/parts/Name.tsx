import type { JSX } from 'preact';

const NONE = '(none)';
/** A title longer than this helps nobody. */
const TITLE_CHARS_MAX = 1_000;

/** A name as somebody gave it: on its own in either direction of writing, cut where it is long, all of it in the title. */
export function Name({ text }: { readonly text: string }): JSX.Element {
  if (text === NONE) return <span class="mut">{NONE}</span>;
  return (
    <bdi class="name" title={text.slice(0, TITLE_CHARS_MAX)}>
      {isVisible(text) ? text : codePoints(text)}
    </bdi>
  );
}

/** Something other than blanks, controls and what has no width. */
function isVisible(text: string): boolean {
  return /[^\s\p{C}\p{Default_Ignorable_Code_Point}]/u.test(text);
}

const SHOWN = 8;

/** A name that nobody could see, and so not follow: `U+200B U+00A0`. */
function codePoints(text: string): string {
  const points = Array.from(
    text,
    (point) => `U+${(point.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
  if (points.length === 0) return '""';
  return points.slice(0, SHOWN).join(' ') + (points.length > SHOWN ? ' …' : '');
}
