import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OngoingCall } from '../../instrumentation/calls/call.ts';
import { parseTarget } from '../../instrumentation/calls/target.ts';
import { answerReaderOf } from '../../instrumentation/fetch/answerReader.ts';
import { openaiChat } from '../../instrumentation/wires/openai.ts';

/** The objects that are read in an answer which comes in these pieces. */
function readIn(contentType: string, pieces: readonly string[], isStream: boolean): unknown[] {
  const found: unknown[] = [];
  const call = new OngoingCall({
    operation: {
      ...openaiChat,
      readResponse: (response) => found.push(response),
      readEvent: (event) => found.push(event),
    },
    target: parseTarget('http://127.0.0.1/v1', 'openai', true),
    span: trace.wrapSpanContext(INVALID_SPAN_CONTEXT),
    deployment: null,
    run: null,
    isForeign: false,
  });
  call.sawRequest({ stream: isStream });
  const reader = answerReaderOf(contentType, call, { format: 'ollama' });
  for (const piece of pieces) reader.push(new TextEncoder().encode(piece));
  reader.finish();
  return found;
}

describe('an answer in JSON', () => {
  const object = { text: '} {"a":1}\\"', usage: { prompt_tokens: 1 } };
  const json = JSON.stringify(object);

  it('is read once, whether it comes in one piece, in two, or has a line after it', () => {
    fc.assert(
      fc.property(fc.nat(json.length), fc.constantFrom('', '\n', ' \r\n'), (at, end) => {
        const cut = [json.slice(0, at), json.slice(at) + end].filter((piece) => piece !== '');
        expect(readIn('application/json', [json + end], false)).toEqual([object]);
        expect(readIn('application/json', cut, false)).toEqual([object]);
      }),
    );
  });

  it('of several lines is read line by line, however many come in one piece', () => {
    const lines = ['a', 'b', 'c', 'd'].map((text) => `${JSON.stringify({ ...object, text })}\n`);
    const expected = ['a', 'b', 'c', 'd'].map((text) => ({ ...object, text }));
    const whole = lines.join('');
    fc.assert(
      fc.property(fc.subarray([1, 2, 3]), fc.nat(whole.length), (ends, at) => {
        const starts = [0, ...ends];
        const pieces = starts.map((start, index) => lines.slice(start, starts[index + 1]).join(''));
        expect(readIn('application/x-ndjson', pieces, true)).toEqual(expected);
        expect(readIn('application/x-ndjson', [whole.slice(0, at), whole.slice(at)], true)).toEqual(expected);
      }),
    );
  });

  it('of 16 KiB in one piece is read as it stands; a longer one without the numbers of its lists', () => {
    // `{"v":[1],"t":""}` has 16 bytes.
    const sized = (bytes: number): string => JSON.stringify({ v: [1], t: 'x'.repeat(bytes - 16) });
    const listsIn = (text: string): unknown =>
      readIn('application/json', [text], false).map((read) => (read as { v: unknown }).v);
    expect(listsIn(sized(16_384))).toEqual([[1]]);
    expect(listsIn(sized(16_385))).toEqual([[]]);
  });
});
