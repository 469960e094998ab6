import { TollgateError } from '../../src/errors.ts';
import { JSON_DEPTH_MAX, JSON_VALUES_MAX } from './limits.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
/** `[` is 0x5b and `{` 0x7b, `]` 0x5d and `}` 0x7d: the pairs differ in one bit. */
const BRACE_BIT = 0x20;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/**
 * Refuses JSON that would be more values, or nested deeper, than any export is: `JSON.parse` makes 400 MB of objects of 20 MiB
 * of `[],`. One walk over the bytes, before anything is made of them, at 1 to 2 ns each; what is no JSON at all is left to the
 * parser.
 */
export function checkJsonBounds(body: Uint8Array): void {
  let values = 1;
  let depth = 0;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at] as number;
    if (byte === QUOTE) {
      at += 1;
      while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
    } else if (byte === COMMA) values += 1;
    else if ((byte | BRACE_BIT) === OPEN) {
      values += 1;
      depth += 1;
      if (depth > JSON_DEPTH_MAX) throw tooDeep(at);
    } else if ((byte | BRACE_BIT) === CLOSE) depth -= 1;
  }
  if (values <= JSON_VALUES_MAX) return;
  throw new TollgateError(
    'body_too_large',
    `The JSON payload: expected at most ${JSON_VALUES_MAX} values, found ${values}: send smaller batches, or protobuf`,
  );
}

function tooDeep(at: number): TollgateError {
  return new TollgateError(
    'malformed_payload',
    `Byte ${at} of the JSON payload: expected at most ${JSON_DEPTH_MAX} nested objects and arrays, found more`,
  );
}
