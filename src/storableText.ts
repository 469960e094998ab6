/** NUL, or a surrogate that is not half of a pair. */
// oxlint-disable-next-line no-control-regex -- NUL is what is looked for
const UNSTORABLE = /[\0\p{Surrogate}]/gu;
// oxlint-disable-next-line no-control-regex -- the plain case, told without the slower search
const PLAIN = /^[\x01-\x7f]*$/;

/**
 * Text as PostgreSQL can hold it: NUL and lone surrogates become U+FFFD. Names come from senders; one of these in a name
 * would make every retry of the export fail.
 */
export function storableText(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNSTORABLE, '\uFFFD');
}
