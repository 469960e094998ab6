import { describe, expect, it } from 'vitest';
import { grpcVerdict, httpVerdict } from '../../processor/forward/verdict.ts';
import { encodeExportResponse, encodeRetryStatus, encodeStatus } from '../../processor/receive/answer.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12, 0, 0);
const none = Buffer.alloc(0);

const http = (status: number, retryAfter?: string) =>
  httpVerdict({ status, contentType: '', retryAfter, body: none }, NOW_MS);

describe('what an HTTP answer means', () => {
  it.each([
    [[200, 202, 204], 'ok'],
    [[408, 429, 502, 503, 504], 'retry'],
    [[301, 302, 307, 308, 401, 403, 404], 'denied'],
    [[500, 501, 505, 599], 'failed'],
    [[413], 'too_large'],
    [[400, 402, 405, 415, 422, 431, 499], 'refused'],
  ] as const)('%j: %s', (statuses, outcome) => {
    expect(statuses.map((status) => http(status).outcome)).toEqual(statuses.map(() => outcome));
  });

  it('has Retry-After in seconds or as an HTTP date, and neither from anything else', () => {
    const delays = ['7', 'Sun, 22 Nov 2026 12:00:42 GMT', 'Sun, 22 Nov 2026 11:00:00 GMT', 'soon', '-1', undefined].map(
      (header) => http(503, header),
    );
    expect(delays.map((verdict) => 'retryAfterMs' in verdict && verdict.retryAfterMs)).toEqual([
      7_000,
      42_000,
      0,
      null,
      null,
      null,
    ]);
  });

  it.each(['protobuf', 'json'] as const)('counts the spans that partial_success rejects, in %s', (encoding) => {
    const contentType = encoding === 'json' ? 'application/json; charset=utf-8' : 'application/x-protobuf';
    const answer = (rejected: number, errorMessage: string) =>
      httpVerdict(
        {
          status: 200,
          contentType,
          retryAfter: undefined,
          body: encodeExportResponse(encoding, 'traces', { rejected, errorMessage }),
        },
        NOW_MS,
      );
    expect(answer(300, 'too\n old')).toEqual({ outcome: 'partial', rejectedSpans: 300, says: 'too old' });
    expect(answer(0, 'a warning')).toEqual({ outcome: 'ok' });
    expect(answer(0, '')).toEqual({ outcome: 'ok' });
  });

  it('takes bytes that nobody can read for success, and a page for people for a wrong address', () => {
    const ok = (contentType: string, body: string) =>
      httpVerdict({ status: 200, contentType, retryAfter: undefined, body: Buffer.from(body) }, NOW_MS).outcome;
    expect(ok('application/x-protobuf', '\xff\xff\xff')).toBe('ok');
    expect(ok('application/json', '{"partialSuccess":{"rejectedSpans":{}')).toBe('ok');
    expect(ok('application/json', '{"partialSuccess":{"rejectedSpans":"-5"}}')).toBe('ok');
    expect(ok('application/json', '{"partialSuccess":{"rejectedSpans":{"valueOf":1,"toString":1}}}')).toBe('ok');
    expect(ok('text/html; charset=utf-8', '<html>')).toBe('denied');
  });

  it('repeats what a refusal says, shortened', () => {
    const says = (contentType: string, body: Buffer) => {
      const verdict = httpVerdict({ status: 400, contentType, retryAfter: undefined, body }, NOW_MS);
      return 'says' in verdict ? verdict.says : '';
    };
    expect(says('application/x-protobuf', encodeStatus('protobuf', 3, 'no spans'))).toBe('HTTP 400: no spans');
    expect(says('application/json', encodeStatus('json', 3, 'no spans'))).toBe('HTTP 400: no spans');
    expect(says('text/plain', Buffer.from('line\n\u001b[31m line'))).toBe('HTTP 400: line [31m line');
    expect(says('text/plain', Buffer.from('x'.repeat(5_000)))).toBe(`HTTP 400: ${'x'.repeat(300)}`);
    expect(says('image/png', Buffer.from('x'))).toBe('HTTP 400');
  });
});

describe('what a gRPC status means', () => {
  it.each([
    [[1, 4, 10, 11, 14, 15], 'retry'],
    [[7, 12, 16], 'denied'],
    [[2, 13], 'failed'],
    [[8], 'too_large'],
    [[3, 5, 6, 9], 'refused'],
  ] as const)('%j: %s', (codes, outcome) => {
    expect(codes.map((code) => grpcVerdict(code, '', null).outcome)).toEqual(codes.map(() => outcome));
  });

  it('has the delay of RetryInfo, with which RESOURCE_EXHAUSTED is tried again as it is', () => {
    expect(grpcVerdict(8, 'slow down', encodeRetryStatus(8, 'slow down', 9))).toEqual({
      outcome: 'retry',
      retryAfterMs: 9_000,
      says: 'gRPC 8: slow down',
    });
    expect(grpcVerdict(14, '', encodeRetryStatus(14, 'later', 3))).toEqual({
      outcome: 'retry',
      retryAfterMs: 3_000,
      says: 'gRPC 14: later',
    });
    expect(grpcVerdict(8, '', Buffer.from('\xff')).outcome).toBe('too_large');
  });
});
