import { TollgateError } from '../../src/errors.ts';
import { checkJsonBounds } from './jsonBounds.ts';
import { findSyntaxFault, type SyntaxFault } from './jsonSyntax.ts';

/** 16 digits and more may be above 2^53, which JSON.parse rounds. */
const LONG_INTEGER_SOMEWHERE = /[:[,]\s*-?\d{16}/;
const LONG_INTEGER = /^-?[1-9]\d{15,19}$/;

/**
 * Parses JSON text in UTF-8 without losing a digit: whole numbers of 16 digits and more come back as text, which the
 * JSON mapping of protobuf treats alike. Node 20's JSON.parse cannot show a number's source to its reviver.
 */
export function parseJson(body: Uint8Array): unknown {
  checkJsonBounds(body);
  const utf8 = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  const text = utf8.startsWith('\ufeff') ? utf8.slice(1) : utf8;
  try {
    return JSON.parse(LONG_INTEGER_SOMEWHERE.test(text) ? quoteLongIntegers(text) : text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw malformed(findSyntaxFault(text));
  }
}

function malformed(fault: SyntaxFault | null): TollgateError {
  const said = fault === null ? 'JSON' : `${fault.expected}, found ${fault.found}`;
  return new TollgateError(
    'malformed_payload',
    `Character ${fault?.offset ?? 0} of the JSON payload: expected ${said}`,
  );
}

/** Puts long integers outside string literals in quotes. One walk over the text, string literals are jumped over. */
function quoteLongIntegers(text: string): string {
  const pieces: string[] = [];
  let copied = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      const end = endOfNumber(text, at);
      const token = text.slice(at, end);
      if (LONG_INTEGER.test(token)) {
        pieces.push(text.slice(copied, at), '"', token, '"');
        copied = end;
      }
      at = end;
    } else at += 1;
  }
  pieces.push(text.slice(copied));
  return pieces.join('');
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && '0123456789.eE+-'.includes(text.charAt(at))) at += 1;
  return at;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote === -1) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === 0x5c) backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}
