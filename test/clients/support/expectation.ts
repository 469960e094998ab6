import type { AttributeValue } from '../../../src/span.ts';
import type { RecordedSpan } from '../../instrumentation/receiver.ts';
import type { RecordedRequest } from './standIn.ts';

export interface ExpectedSpan {
  readonly name: string;
  /** `error` alone leaves the message open. */
  readonly status: 'unset' | 'error' | `error: ${string}`;
  /** The whole of them, but for `unnamed` and what a request's shape and reservation add. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** The model is what the span was found by; the others are never the same twice. */
const unnamed = new Set(['gen_ai.request.model', 'server.port', 'gen_ai.response.time_to_first_chunk']);
const isCompared = (key: string): boolean => !unnamed.has(key) && !key.startsWith('tollgate.request.');

/** The spans of a scenario as they are written down in a test. */
export function asExpected(
  spans: readonly RecordedSpan[],
  wanted: readonly ExpectedSpan[],
  isLeftOut: (key: string) => boolean = () => false,
): readonly ExpectedSpan[] {
  return spans.map(({ name, status, statusMessage, attributes }, index) => ({
    name,
    status:
      status === 'error' && statusMessage !== '' && wanted[index]?.status !== 'error'
        ? (`error: ${statusMessage}` as const)
        : (status as 'unset' | 'error'),
    attributes: Object.fromEntries(Object.entries(attributes).filter(([key]) => isCompared(key) && !isLeftOut(key))),
  }));
}

/** The same without what is not compared, as tests may name it. */
export const compared = (wanted: readonly ExpectedSpan[]): readonly ExpectedSpan[] =>
  wanted.map(({ name, status, attributes }) => ({
    name,
    status,
    attributes: Object.fromEntries(Object.entries(attributes).filter(([key]) => isCompared(key))),
  }));

export const ofModel = (spans: readonly RecordedSpan[], model: string): RecordedSpan[] =>
  spans.filter(({ attributes }) => attributes['gen_ai.request.model'] === model);

/** A scenario's requests: its model stands in the path or the body. */
export function requestsOf(requests: readonly RecordedRequest[], model: string): RecordedRequest[] {
  const name = new RegExp(`(?<![\\w-])${model}(?![\\w-])`);
  return requests.filter(({ path, body }) => name.test(decodeURIComponent(path)) || name.test(JSON.stringify(body)));
}

/** They are made anew for each request, or follow from the one option that is added. */
const volatileHeaders = new Set([
  'content-length',
  'date',
  'authorization',
  'x-amz-date',
  'x-amz-content-sha256',
  'amz-sdk-invocation-id',
  'idempotency-key',
]);

/** What goes over the wire, but for the option that is added, and the requests that were refused for it and went again. */
export function wireOf(requests: readonly RecordedRequest[], plain: readonly RecordedRequest[]): unknown[] {
  const own = new Set(plain.map(bytesOf));
  const isAltered = (request: RecordedRequest): boolean => !own.has(bytesOf(request));
  const asMeant = requests.map((request) => (isAltered(request) ? withoutUsageOption(request) : request));
  const isRefusedForIt = (request: RecordedRequest, index: number): boolean =>
    request.status === 400 &&
    isAltered(request) &&
    asMeant.some((other, place) => place > index && bytesOf(other) === bytesOf(withoutUsageOption(request)));
  return asMeant
    .filter((_request, index) => !isRefusedForIt(requests[index] as RecordedRequest, index))
    .map(({ method, path, headers, body }) => ({ method, path, body, headers: steadyHeaders(headers) }));
}

const bytesOf = ({ path, body }: RecordedRequest): string => JSON.stringify([path, body]);

const steadyHeaders = (headers: RecordedRequest['headers']): unknown =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, volatileHeaders.has(name) ? '' : value]));

function withoutUsageOption(request: RecordedRequest): RecordedRequest {
  if (typeof request.body !== 'object' || request.body === null) return request;
  const { stream_options: _option, ...body } = request.body as Record<string, unknown>;
  return { ...request, body };
}
