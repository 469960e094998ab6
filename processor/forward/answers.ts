import { WireReader } from '../decode/wireReader.ts';

/** Field numbers of opentelemetry.proto.collector.trace.v1 and google.rpc, each with wire type 2 or, for numbers, 0. */
const PARTIAL_SUCCESS = (1 << 3) | 2;
const REJECTED_SPANS = 1 << 3;
const ERROR_MESSAGE = (2 << 3) | 2;
const STATUS_MESSAGE = (2 << 3) | 2;
const STATUS_DETAILS = (3 << 3) | 2;
const ANY_TYPE = (1 << 3) | 2;
const ANY_VALUE = (2 << 3) | 2;
const RETRY_DELAY = (1 << 3) | 2;
const DURATION_SECONDS = 1 << 3;
const DURATION_NANOS = 2 << 3;

const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';
const SECOND_MS = 1000;
const NANOS_PER_MS = 1e6;
const SAYS_CHARS_MAX = 300;

type Fields = Readonly<Record<number, (reader: WireReader, end: number) => void>>;

/** What an answer of success says was rejected; an answer nobody can read says nothing. */
export function readPartialSuccess(contentType: string, body: Buffer): { rejectedSpans: number; says: string } {
  let rejectedSpans = 0;
  let says = '';
  if (isJson(contentType)) {
    const { partialSuccess } = readJson(body) as {
      partialSuccess?: { rejectedSpans?: unknown; errorMessage?: unknown } | null;
    };
    const rejected = partialSuccess?.rejectedSpans;
    // `Number` throws for an object that says it can be one and cannot.
    rejectedSpans = typeof rejected === 'string' || typeof rejected === 'number' ? Number(rejected) : 0;
    says = typeof partialSuccess?.errorMessage === 'string' ? partialSuccess.errorMessage : '';
  } else {
    const ofPartialSuccess: Fields = {
      [REJECTED_SPANS]: (reader, end) => {
        rejectedSpans = Number(reader.readInt64(end));
      },
      [ERROR_MESSAGE]: (reader, end) => {
        says = reader.readString(end);
      },
    };
    readMessage(body, { [PARTIAL_SUCCESS]: inside(ofPartialSuccess) });
  }
  return { rejectedSpans: rejectedSpans > 0 ? rejectedSpans : 0, says: clean(says) };
}

/** `google.rpc.RetryInfo.retry_delay` of a Status; null where there is none. */
export function readRetryInfoMs(status: Buffer | null): number | null {
  let delayMs: number | null = null;
  let type = '';
  const ofDuration: Fields = {
    [DURATION_SECONDS]: (reader, end) => {
      delayMs = (delayMs ?? 0) + Number(reader.readInt64(end)) * SECOND_MS;
    },
    [DURATION_NANOS]: (reader, end) => {
      delayMs = (delayMs ?? 0) + Number(reader.readInt64(end)) / NANOS_PER_MS;
    },
  };
  const ofRetryInfo: Fields = {
    [RETRY_DELAY]: (reader, end) => {
      delayMs = 0;
      inside(ofDuration)(reader, end);
    },
  };
  const ofAny: Fields = {
    [ANY_TYPE]: (reader, end) => {
      type = reader.readString(end);
    },
    [ANY_VALUE]: (reader, end) => {
      if (type === RETRY_INFO) inside(ofRetryInfo)(reader, end);
    },
  };
  if (status !== null) readMessage(status, { [STATUS_DETAILS]: inside(ofAny) });
  return delayMs === null ? null : Math.max(0, delayMs);
}

/** The message of a `google.rpc.Status`, with a colon before it; empty where there is none. */
export function readStatusMessage(status: Buffer | null): string {
  let says = '';
  const message: Fields = {
    [STATUS_MESSAGE]: (reader, end) => {
      says = reader.readString(end);
    },
  };
  if (status !== null) readMessage(status, message);
  return says === '' ? '' : `: ${clean(says)}`;
}

/** What the body of a refusal says, for the log. */
export function explain(contentType: string, body: Buffer): string {
  if (/^application\/(?:x-)?protobuf\b/i.test(contentType)) return readStatusMessage(body);
  if (isJson(contentType)) {
    const { message } = readJson(body) as { message?: unknown };
    if (typeof message === 'string') return `: ${clean(message)}`;
  }
  if (!isJson(contentType) && !/^text\/plain\b/i.test(contentType)) return '';
  return body.length === 0 ? '' : `: ${clean(body.toString('utf8'))}`;
}

function clean(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, SAYS_CHARS_MAX);
}

const isJson = (contentType: string): boolean => /^application\/json\b/i.test(contentType);

function readJson(body: Buffer): object {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** Reads as far as the bytes make sense. */
function readMessage(bytes: Buffer, fields: Fields): void {
  const reader = new WireReader(bytes);
  try {
    readFields(reader, bytes.length, fields);
  } catch {
    // What was read before stands: downstream's answer decided by its status already.
  }
}

function inside(fields: Fields): (reader: WireReader, end: number) => void {
  return (reader, end) => readFields(reader, reader.readEnd(end), fields);
}

function readFields(reader: WireReader, end: number, fields: Fields): void {
  while (reader.position < end) {
    const tag = reader.readTag(end);
    const read = fields[tag];
    if (read === undefined) reader.skip(tag, end);
    else read(reader, end);
  }
}
