import { connect, constants, type ClientHttp2Stream } from 'node:http2';
import { describe, expect, it } from 'vitest';
import { ReadingSeats } from '../../processor/receive/readingSeats.ts';
import { startGrpc } from './harness.ts';

describe('seats for reading', () => {
  it('are half of them for one owner, and given on in the order of the line', () => {
    const seats = new ReadingSeats(4);
    const reading: string[] = [];
    const enter = (owner: string, name: string) => seats.enter(owner, () => reading.push(name));
    const leave = ['a1', 'a2', 'a3'].map((name) => enter('a', name));
    expect(reading).toEqual(['a1', 'a2']);
    enter('b', 'b1');
    const leaveB2 = enter('b', 'b2');
    enter('c', 'c1');
    expect(reading).toEqual(['a1', 'a2', 'b1', 'b2']);
    leaveB2();
    leaveB2();
    // a3 stands before c1 in the line, but a has its half.
    expect(reading.slice(4)).toEqual(['c1']);
    leave[0]?.();
    expect(reading.slice(5)).toEqual(['a3']);
  });

  it('are not given to who has left the line', () => {
    const seats = new ReadingSeats(2);
    const reading: string[] = [];
    const leaveFirst = seats.enter('a', () => reading.push('first'));
    const leaveSecond = seats.enter('a', () => reading.push('second'));
    seats.enter('a', () => reading.push('third'));
    leaveSecond();
    leaveFirst();
    expect(reading).toEqual(['first', 'third']);
  });
});

describe('messages that never end', () => {
  it('leave whoever comes after them waiting in the line, until they end or time out', async () => {
    const limits = { bodyBytes: 1_000, bodyBytesInFlight: 4_000, requestDeadlineMs: 400 };
    const receiver = await startGrpc({ limits });
    const session = connect(`http://127.0.0.1:${receiver.port}`);
    const open = (message: Buffer): { stream: ClientHttp2Stream; status: Promise<string> } => {
      const stream = session.request({
        ':method': 'POST',
        ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
        'content-type': 'application/grpc',
      });
      const status = new Promise<string>((resolve) => {
        const take = (headers: object): void => {
          if ('grpc-status' in headers) resolve(String(headers['grpc-status']));
        };
        stream.on('response', take).on('trailers', take);
      });
      stream.on('error', () => undefined).resume();
      stream.write(message);
      return { stream, status };
    };
    const half = Buffer.from([0, 0, 0, 0, 9, 1]);
    const empty = Buffer.from([0, 0, 0, 0, 0]);
    // Four seats, two for one caller: the whole one waits behind both, then takes the seat of the one that goes.
    const halves = [open(half), open(half)];
    const whole = open(empty);
    whole.stream.end();
    halves[0]?.stream.close(constants.NGHTTP2_CANCEL);
    expect(await whole.status).toBe('0');
    // 4 is DEADLINE_EXCEEDED.
    expect(await halves[1]?.status).toBe('4');
    expect(receiver.exports).toHaveLength(1);
    session.destroy();
    await receiver.close();
  });
});
