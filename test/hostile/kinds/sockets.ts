import { setTimeout as delay } from 'node:timers/promises';
import type { Draw, Kind, Outcome, Sending, Target } from '../hostileCase.ts';
import { outcomeOfStatuses, RawSocket, statusesIn } from '../rawSocket.ts';

const EMPTY = '{"resourceSpans":[]}';

function head({ key }: Target, ...lines: string[]): string {
  const fixed = [
    'POST /v1/traces HTTP/1.1',
    'Host: localhost',
    `Authorization: Bearer ${key}`,
    'Content-Type: application/json',
  ];
  return [...fixed, ...lines, '', ''].join('\r\n');
}

function playing(play: (socket: RawSocket, target: Target) => Promise<Outcome>): Sending {
  return {
    via: 'socket',
    async play(target) {
      const socket = new RawSocket(target.http);
      try {
        return await play(socket, target);
      } finally {
        socket.destroy();
      }
    },
  };
}

const hasAnswer = (text: string): boolean => /^HTTP\/1\.1 [2-5]\d\d [^]*\r\n\r\n/.test(text);
const ANSWER_MS = 20_000;

/** A head or a body that stops midway, stays a moment, and goes without a word. */
export const halfOpen: Kind = {
  name: 'half-open connections and slow bodies',
  share: 30,
  allowed: ['left'],
  make: (draw) => {
    const waitMs = 100 + draw.below(500);
    const cut = draw.below(5);
    const isReset = draw.isOnceIn(2);
    return playing(async (socket, target) => {
      const whole = head(target, 'Content-Length: 100000');
      socket.write(cut === 0 ? '' : cut === 1 ? whole.slice(0, 60) : whole);
      // One byte now and then keeps an idle timer from running out.
      for (let waited = 0; cut > 2 && waited < waitMs; waited += 100) {
        socket.write(' ');
        await delay(100);
      }
      await delay(waitMs);
      if (isReset) socket.reset();
      return 'left';
    });
  },
};

/** Several requests in one packet, good ones and bad ones: each is answered, in order. */
export const pipelined: Kind = {
  name: 'HTTP pipelining',
  share: 10,
  allowed: ['each answered'],
  make: (draw) => {
    const isGood = Array.from({ length: 2 + draw.below(30) }, () => !draw.isOnceIn(3));
    return playing(async (socket, target) => {
      const one = (good: boolean): string => {
        const body = good ? EMPTY : '{"resourceSpans":7}';
        return head(target, `Content-Length: ${body.length}`) + body;
      };
      socket.write(isGood.map(one).join(''));
      const text = await socket.answer((sofar) => statusesIn(sofar).length >= isGood.length, ANSWER_MS);
      const expected = isGood.map((good) => (good ? '200' : '400')).join(' ');
      // Where no more is taken for a moment, each is told so.
      const found = statusesIn(text)
        .map((status, index) => (status === '503' ? (isGood[index] === true ? '200' : '400') : status))
        .join(' ');
      return found === expected ? 'each answered' : `expected ${expected}, found ${found}`;
    });
  },
};

/** A body in chunks of a byte, which is right, and in chunks that are wrong. */
export const chunked: Kind = {
  name: 'chunked bodies',
  share: 15,
  allowed: ['http 200', 'http 400', 'http 413', 'shed', 'closed'],
  make: (draw) => {
    const bytes = `${EMPTY}${' '.repeat(draw.below(500))}`.split('').map((byte) => `1\r\n${byte}\r\n`);
    const spoilt = draw.oneOf([
      '',
      'zz\r\n',
      'ffffffffffffffff\r\n',
      '-1\r\n',
      '1;x=' + 'y'.repeat(20_000) + '\r\n',
      '\0',
    ]);
    const at = draw.below(bytes.length);
    const text = spoilt === '' ? bytes.join('') : bytes.toSpliced(at, 0, spoilt).join('');
    return playing(async (socket, target) => {
      socket.write(head(target, 'Transfer-Encoding: chunked'));
      socket.write(`${text}0\r\n\r\n`);
      // A chunk of 2^64 bytes may be waited for.
      return outcomeOfStatuses(statusesIn(await socket.answer(hasAnswer, 2_000)));
    });
  },
};

const heads: readonly ((target: Target, draw: Draw) => string)[] = [
  () => 'GET\r\n\r\n',
  () => `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${'\0'.repeat(100)}`,
  () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  (target) => head(target, `X-Long: ${'a'.repeat(20_000)}`),
  (target) => head(target, ...Array.from({ length: 3_000 }, (_, index) => `X-${index}: 1`)),
  (target) => head(target, 'Content-Length: 5', 'Content-Length: 6') + EMPTY,
  (target) => head(target, 'Content-Length: 5', 'Transfer-Encoding: chunked') + EMPTY,
  (target) => head(target, 'Content-Length: -5') + EMPTY,
  (target) => head(target, 'Content-Length: 99999999999999999999') + EMPTY,
  (target) => head(target, 'Content-Length: 5') + EMPTY,
  (target) => head(target, 'Expect: 100-continue', `Content-Length: ${EMPTY.length}`) + EMPTY,
  (target) => head(target, 'Expect: something') + EMPTY,
  (target) => head(target, 'Upgrade: websocket', 'Connection: Upgrade', `Content-Length: ${EMPTY.length}`) + EMPTY,
  (_target, draw) => draw.bytes(200).toString('latin1'),
];

/** Heads that are no HTTP, contradict themselves, or are too long. */
export const strangeHeads: Kind = {
  name: 'HTTP heads that are none',
  share: 20,
  allowed: ['http 200', 'http 400', 'http 413', 'http 417', 'http 431', 'http 404', 'http 405', 'closed'],
  make: (draw) => {
    const make = draw.oneOf(heads);
    return playing(async (socket, target) => {
      socket.write(Buffer.from(make(target, draw), 'latin1'));
      return outcomeOfStatuses(statusesIn(await socket.answer(hasAnswer, 1_000)));
    });
  },
};
