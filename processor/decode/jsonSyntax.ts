type Expected = 'a value' | 'a value or ]' | 'a key' | 'a key or }' | ':' | ', or ]' | ', or }' | 'nothing more';

export interface SyntaxFault {
  /** Counted in UTF-16 code units, as strings are. */
  readonly offset: number;
  readonly expected: string;
  readonly found: string;
}

const WHITESPACE = ' \t\n\r';
const LITERALS = ['true', 'false', 'null'];
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * Where text stops being JSON. `JSON.parse` names the place in some of its messages only, and quotes the text around it
 * in others; this walk is for text that it has refused. Null when there is no fault.
 */
export function findSyntaxFault(text: string): SyntaxFault | null {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'a value';
  let at = 0;
  const afterValue = (): Expected => {
    const last = open.at(-1);
    if (last === undefined) return 'nothing more';
    return last === '[' ? ', or ]' : ', or }';
  };
  for (;;) {
    while (at < text.length && WHITESPACE.includes(text.charAt(at))) at += 1;
    const found: string = text.charAt(at);
    if (found === '') return expected === 'nothing more' ? null : faultAt(text, at, expected);
    const isValueDue: boolean = expected === 'a value' || expected === 'a value or ]';
    const isKeyDue: boolean = expected === 'a key' || expected === 'a key or }';
    if (found === '"' && (isValueDue || isKeyDue)) {
      const end = stringEnd(text, at);
      if (typeof end === 'object') return end;
      at = end;
      expected = isKeyDue ? ':' : afterValue();
    } else if (isValueDue && (found === '{' || found === '[')) {
      open.push(found);
      expected = found === '{' ? 'a key or }' : 'a value or ]';
      at += 1;
    } else if ((found === ']' && expected.endsWith(']')) || (found === '}' && expected.endsWith('}'))) {
      open.pop();
      expected = afterValue();
      at += 1;
    } else if (found === ':' && expected === ':') {
      expected = 'a value';
      at += 1;
    } else if (found === ',' && expected.startsWith(',')) {
      expected = expected === ', or ]' ? 'a value' : 'a key';
      at += 1;
    } else {
      const end = isValueDue ? scalarEnd(text, at) : at;
      if (end === at) return faultAt(text, at, expected);
      expected = afterValue();
      at = end;
    }
  }
}

function faultAt(text: string, offset: number, expected: string): SyntaxFault {
  const code = text.codePointAt(offset);
  return { offset, expected, found: code === undefined ? 'the end' : JSON.stringify(String.fromCodePoint(code)) };
}

/** Where a number or literal ends; `at` itself when there is none. */
function scalarEnd(text: string, at: number): number {
  const literal = LITERALS.find((word) => text.startsWith(word, at));
  if (literal !== undefined) return at + literal.length;
  NUMBER.lastIndex = at;
  return NUMBER.test(text) ? NUMBER.lastIndex : at;
}

function stringEnd(text: string, start: number): number | SyntaxFault {
  for (let at = start + 1; ; at += 1) {
    const code = text.charCodeAt(at);
    if (Number.isNaN(code)) return faultAt(text, at, 'the end of the text that begins at character ' + start);
    if (code === 0x22) return at + 1;
    if (code < 0x20) return faultAt(text, at, 'text without control characters');
    if (code !== 0x5c) continue;
    at += 1;
    const escape = text.charAt(at);
    if (escape === 'u' && /^[0-9a-fA-F]{4}$/.test(text.slice(at + 1, at + 5))) at += 4;
    else if (escape === '' || !'"\\/bfnrt'.includes(escape)) return faultAt(text, at, 'an escape of JSON');
  }
}
