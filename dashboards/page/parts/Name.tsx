import type { JSX } from 'preact';

const NONE = '(none)';
/** A title longer than this helps nobody. */
const TITLE_CHARS_MAX = 1_000;

/** A name as somebody gave it: on its own in either direction of writing, cut where it is long, all of it in the title. */
export function Name({ text }: { readonly text: string }): JSX.Element {
  if (text === NONE) return <span class="mut">{NONE}</span>;
  return (
    <bdi class="name" title={text.slice(0, TITLE_CHARS_MAX)}>
      {/^\s*$/u.test(text) ? JSON.stringify(text) : text}
    </bdi>
  );
}
