import type { JSX } from 'preact';
import { withLocalTimes } from '../model/localTimes.ts';

/** A longer title helps nobody. */
const TITLE_CHARS_MAX = 1_000;

/** What Tollgate says in a sentence: names of any kind may stand in it, and its times are the viewer's. */
export function Message({ text }: { readonly text: string }): JSX.Element {
  return (
    <bdi class="message" title={text.slice(0, TITLE_CHARS_MAX)}>
      {withLocalTimes(text)}
    </bdi>
  );
}
