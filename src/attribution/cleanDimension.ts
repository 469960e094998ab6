import { fnv1a64 } from '../hash.ts';
import type { AttributeValue } from '../span.ts';
import { storableText } from '../storableText.ts';

/** Longest value of a dimension (agent, user, model …) in UTF-16 units; longer ones are cut and told apart by a hash. */
export const DIMENSION_CHARS_MAX = 256;
const HASH_DIGITS = 16;
/** Of a longer text only so much is cleaned and hashed, at 20 ns a unit, and its length: a sender may write 20 MiB. */
const TEXT_CHARS_MAX = 65_536;

/**
 * A dimension's value as it is stored: text, trimmed, without NUL and lone surrogates (PostgreSQL takes neither), at most
 * `charsMax` long. A longer one ends in `…` and the hash of the whole, so that different ids stay different.
 * Null for what is empty or has no plain text: bytes, objects, arrays of them.
 */
export function cleanDimension(
  value: AttributeValue | undefined,
  charsMax: number = DIMENSION_CHARS_MAX,
): string | null {
  const text = typeof value === 'string' ? value : toText(value);
  if (text === null) return null;
  const raw = text.length <= TEXT_CHARS_MAX ? text : `${text.slice(0, TEXT_CHARS_MAX)}…${text.length}`;
  // Short plain ASCII without blanks at its ends, as nearly every value is, needs no work.
  const clean = PLAIN.test(raw) ? raw : storableText(raw).trim();
  if (clean === '') return null;
  return clean.length <= charsMax ? clean : cut(clean, charsMax);
}

const PLAIN = /^[!-~](?:[ -~]{0,254}[!-~])?$/;
function toText(value: AttributeValue | undefined): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null;
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (!Array.isArray(value)) return null;
  const items: readonly AttributeValue[] = value;
  const parts = items.map((item) => (Array.isArray(item) ? null : toText(item)));
  return parts.includes(null) ? null : parts.join(',');
}

function cut(text: string, charsMax: number): string {
  const kept = text.slice(0, charsMax - HASH_DIGITS - 1);
  // A pair must not lose its second half.
  const last = kept.charCodeAt(kept.length - 1);
  const whole = last >= 0xd800 && last <= 0xdbff ? kept.slice(0, -1) : kept;
  return `${whole}…${fnv1a64(text)}`;
}
