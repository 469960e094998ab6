import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventSplitter, dataOf, joined } from '../../instrumentation/fetch/eventSplitter.ts';
import { JsonObjects } from '../../instrumentation/fetch/jsonObjects.ts';
import { withoutOwnUsage } from '../../instrumentation/fetch/ownUsage.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (part: Uint8Array): string => Buffer.from(part).toString('utf8');

/** The same bytes, cut anywhere. */
const cuts = fc.array(fc.nat({ max: 12 }), { minLength: 1 });
function cutUp(whole: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < whole.length; turn += 1) {
    // Never 0 for ever: a last size of 0 would not go on.
    const size = (sizes[turn % sizes.length] ?? 0) + (turn >= sizes.length ? 1 : 0);
    parts.push(whole.slice(at, at + size));
    at += size;
  }
  return parts;
}

describe('the splitter of event streams', () => {
  const split = (parts: readonly Uint8Array[]): { events: string[]; rest: string | null } => {
    const splitter = new EventSplitter();
    const events = parts.flatMap((part) => splitter.push(part)).map(text);
    const rest = splitter.rest();
    return { events, rest: rest === null ? null : text(rest) };
  };

  it.each([
    ['line feeds', 'data: a\n\ndata: b\n\n', ['data: a\n\n', 'data: b\n\n'], null],
    ['carriage returns', 'data: a\r\n\r\ndata: b\r\n\r\n', ['data: a\r\n\r\n', 'data: b\r\n\r\n'], null],
    ['names and comments', ': hi\n\nevent: x\ndata: é\n\n', [': hi\n\n', 'event: x\ndata: é\n\n'], null],
    ['several blank lines', 'data: a\n\n\n\n', ['data: a\n\n', '\n', '\n'], null],
    ['no blank line at the end', 'data: a\n\ndata: b\n', ['data: a\n\n'], 'data: b\n'],
    ['nothing', '', [], null],
  ])('parts them at blank lines, with %s, however the bytes are cut', (_what, stream, events, rest) => {
    fc.assert(
      fc.property(cuts, (sizes) => {
        expect(split(cutUp(bytes(stream), sizes))).toEqual({ events, rest });
      }),
    );
  });

  it('gives every byte once, in order, whatever comes', () => {
    const stream = fc.string({ unit: fc.constantFrom('a', '\n', '\r', ':', 'data: ') });
    fc.assert(
      fc.property(stream, cuts, (whole, sizes) => {
        const { events, rest } = split(cutUp(bytes(whole), sizes));
        expect(events.join('') + (rest ?? '')).toBe(whole);
      }),
    );
  });

  it('says when an event has more than 16 MiB, and goes on behind it once that is given up', () => {
    const splitter = new EventSplitter();
    const mebibyte = new Uint8Array(1024 * 1024).fill(0x61);
    for (let count = 0; count < 16; count += 1) splitter.push(mebibyte);
    expect(splitter.isTooLong).toBe(false);
    splitter.push(bytes('a'));
    expect(splitter.isTooLong).toBe(true);
    expect(splitter.rest()?.length).toBe(16 * 1024 * 1024 + 1);
    expect(splitter.isTooLong).toBe(false);
    expect(splitter.push(bytes('\n\ndata: b\n\n')).map(text)).toEqual(['\n\n', 'data: b\n\n']);
  });
});

describe('the data of an event', () => {
  it.each([
    ['data: {"a":1}\n\n', '{"a":1}'],
    ['data:{"a":1}\r\n\r\n', '{"a":1}'],
    ['event: x\nid: 7\ndata: é\n\n', 'é'],
    ['data: a\ndata:  b\n\n', 'a\n b'],
    ['data: cut off', 'cut off'],
    ['data:\n\n', ''],
    [': data: none\n\n', null],
    ['\n', null],
  ])('of %j is %j', (event, data) => {
    expect(dataOf(bytes(event))).toBe(data);
  });
});

describe('the finder of JSON objects', () => {
  const find = (parts: readonly Uint8Array[]): unknown[] => {
    const found: unknown[] = [];
    const objects = new JsonObjects((json) => found.push(JSON.parse(json)));
    for (const part of parts) objects.push(part);
    return found;
  };
  /** Not at the head of a list: numbers there are left out. */
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.string({ unit: 'grapheme' }),
      fc.boolean(),
      fc.constant(null),
      tie('object'),
    ),
    object: fc.dictionary(
      fc.string(),
      fc.oneof(tie('any'), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.array(tie('any'))),
    ),
  })).object;

  it.each([
    ['one after the other', (texts: readonly string[]) => texts.join('')],
    ['one a line', (texts: readonly string[]) => texts.map((each) => `${each}\r\n`).join('')],
    ['in a list', (texts: readonly string[]) => `[${texts.join(' ,\n')}]`],
  ])('finds those that come %s, however the bytes are cut', (_how, write) => {
    fc.assert(
      fc.property(fc.array(value), cuts, (values, sizes) => {
        const texts = values.map((each) => JSON.stringify(each));
        expect(find(cutUp(bytes(write(texts)), sizes))).toEqual(texts.map((each) => JSON.parse(each) as unknown));
      }),
    );
  });

  it('leaves numbers out that a list begins with, and what follows them in', () => {
    const json = '{"embedding":[0.1,-2e-7, 3E+2],"mixed":[1,"a",2],"none":[],"usage":{"prompt_tokens":8}}';
    fc.assert(
      fc.property(cuts, (sizes) => {
        expect(find(cutUp(bytes(json), sizes))).toEqual([
          { embedding: [], mixed: ['a', 2], none: [], usage: { prompt_tokens: 8 } },
        ]);
      }),
    );
  });

  it('keeps 16,384 characters of a string, and reads the usage behind ten million', () => {
    const long = 'x'.repeat(10_000_000);
    expect(find([bytes(JSON.stringify({ long, short: 'y'.repeat(16_384), usage: 1 }))])).toEqual([
      { long: 'x'.repeat(16_384), short: 'y'.repeat(16_384), usage: 1 },
    ]);
  });

  it('cuts no escape through: what is left of a long string is a string', () => {
    const part = fc.constantFrom('a', '\n', '"', '\\', 'é', '\u{1f600}', '\u0000');
    const long = fc.array(part, { minLength: 16_384 - 12, maxLength: 16_384 + 12, size: 'max' });
    fc.assert(
      fc.property(long, cuts, (characters, [size = 1]) => {
        const whole = bytes(JSON.stringify({ long: characters.join('').repeat(2), end: true }));
        const [found] = find(cutUp(whole, [1_000 + size])) as [{ long: string; end: boolean }];
        expect(characters.join('').repeat(2).startsWith(found.long.slice(0, -1))).toBe(true);
        expect(found.end).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('gives up an object of more than 4 MiB, and finds the next', () => {
    const many = `{"list":[${'{},'.repeat(1_500_000)}{}]}`;
    expect(find([bytes(many), bytes('{"next":1}')])).toEqual([{ next: 1 }]);
  });

  it('finds nothing in what is no JSON, and survives it', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (hostile) => {
        const objects = new JsonObjects(() => undefined);
        objects.push(hostile);
      }),
    );
  });
});

describe('a stream without what only we asked for', () => {
  const undone = (event: string): string =>
    text(joined(withoutOwnUsage(bytes(event), JSON.parse(dataOf(bytes(event)) ?? 'null'))));

  it.each([
    ['the last event, of usage alone', 'data: {"choices":[],"usage":{"prompt_tokens":1}}\n\n', ''],
    ['a name at the end', 'data: {"choices":[{}],"usage":null}\n\n', 'data: {"choices":[{}]}\n\n'],
    ['a name in between', 'data: {"a":1,"usage":null,"b":2}\n\n', 'data: {"a":1,"b":2}\n\n'],
    ['a name after a blank', 'data: {"a": 1, "usage": null}\n\n', 'data: {"a": 1}\n\n'],
    [
      'what a text quotes',
      String.raw`data: {"a":",\"usage\":null","usage":null}` + '\n\n',
      String.raw`data: {"a":",\"usage\":null"}` + '\n\n',
    ],
    ['usage beside an answer', 'data: {"choices":[{}],"usage":{}}\n\n', 'data: {"choices":[{}],"usage":{}}\n\n'],
    ['no usage', 'data: {"choices":[]}\n\n', 'data: {"choices":[]}\n\n'],
    ['no object', 'data: null\n\n', 'data: null\n\n'],
  ])('%s', (_what, event, left) => {
    expect(undone(event)).toBe(left);
  });
});
