import { isFields } from '../fields.ts';

const OWN_USAGE = ',"usage":null';

/**
 * Undoes what `include_usage` changes in the bytes of a stream: the last event, which has usage and no choice, is left
 * out whole, and `"usage":null` is taken off the others. What is left of the event, piece by piece.
 */
export function withoutOwnUsage(event: Uint8Array, chunk: unknown): Uint8Array[] {
  if (!isFields(chunk) || !('usage' in chunk)) return [event];
  const { usage, choices } = chunk;
  if (isFields(usage)) return Array.isArray(choices) && choices.length === 0 ? [] : [event];
  if (usage !== null) return [event];
  // Inside a string the quotes would be escaped: this is a name, and the last one of its kind is the outermost.
  const bytes = Buffer.from(event.buffer, event.byteOffset, event.byteLength);
  const own = bytes.lastIndexOf(OWN_USAGE);
  if (own !== -1) return [event.subarray(0, own), event.subarray(own + OWN_USAGE.length)];
  const text = bytes.toString('utf8');
  const at = [...text.matchAll(/,\s?"usage":\s?null/g)].at(-1);
  return [at === undefined ? event : Buffer.from(text.slice(0, at.index) + text.slice(at.index + at[0].length))];
}
