import { JsonLogsSerializer, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReceivedLog } from '../../src/log.ts';

type Scalar = string | number | boolean;

/** A log record as its emitter writes it. */
export interface WrittenLog {
  readonly scope: string;
  readonly resource: Readonly<Record<string, Scalar>>;
  readonly timeUnixNano: bigint;
  readonly observedTimeUnixNano: bigint;
  readonly eventName: string;
  readonly body: string;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly attributes: Readonly<Record<string, Scalar>>;
}

export type Changes = Partial<Omit<WrittenLog, 'attributes'>> & { readonly attributes?: WrittenLog['attributes'] };

/** 2026-11-21T12:00:00Z. */
export const WRITTEN_UNIX_NANO = 1_795_262_400_000_000_000n;

function change(log: WrittenLog, changes: Changes): WrittenLog {
  return { ...log, ...changes, attributes: { ...log.attributes, ...changes.attributes } };
}

const plain: WrittenLog = {
  scope: '',
  resource: {},
  timeUnixNano: WRITTEN_UNIX_NANO,
  observedTimeUnixNano: WRITTEN_UNIX_NANO,
  eventName: '',
  body: '',
  traceId: null,
  spanId: null,
  attributes: {},
};

/** Claude Code 2.1: the short name in the attribute, the full one in the body, some counts as text. */
export function claudeRequest(changes: Changes = {}): WrittenLog {
  const log: WrittenLog = {
    ...plain,
    scope: 'com.anthropic.claude_code.events',
    resource: { 'service.name': 'claude-code', 'service.version': '2.1.150' },
    body: 'claude_code.api_request',
    attributes: {
      'event.name': 'api_request',
      'event.timestamp': '2026-11-21T12:00:00.000Z',
      'event.sequence': 12,
      'session.id': 'claude-session',
      'prompt.id': 'prompt-1',
      'user.id': 'hash-of-the-installation',
      'user.email': 'ann@example.com',
      'user.account_uuid': 'account-ann',
      'organization.id': 'org-1',
      model: 'claude-haiku-4-5-20251001',
      input_tokens: '10',
      output_tokens: '39',
      cache_read_tokens: '20058',
      cache_creation_tokens: 3485,
      cost_usd: '0.0065673',
      duration_ms: '1032',
      request_id: 'req_011CVHjYzQ8mJz5W2qk9nLrT',
      speed: 'normal',
      query_source: 'sdk',
    },
  };
  return change(log, changes);
}

/** Codex CLI 0.1xx: no time of its own on the record, the counts of input and output as text. */
export function codexCompleted(changes: Changes = {}): WrittenLog {
  const log: WrittenLog = {
    ...plain,
    scope: 'codex_otel.log_only',
    resource: { 'service.name': 'codex_cli_rs', env: 'dev' },
    timeUnixNano: 0n,
    eventName: 'event otel/src/events/session_telemetry.rs:920',
    attributes: {
      'event.name': 'codex.sse_event',
      'event.kind': 'response.completed',
      'event.timestamp': '2026-11-21T12:00:00.125Z',
      'conversation.id': 'codex-conversation',
      'user.account_id': 'workspace-1',
      'user.email': 'bob@example.com',
      model: 'gpt-5.1-codex',
      slug: 'gpt-5.1-codex',
      input_token_count: '12000',
      output_token_count: '900',
      cached_token_count: 8000,
      reasoning_token_count: 640,
      tool_token_count: '12900',
    },
  };
  return change(log, changes);
}

/** Gemini CLI 0.61. */
export function geminiResponse(changes: Changes = {}): WrittenLog {
  const log: WrittenLog = {
    ...plain,
    scope: 'gemini-cli',
    resource: { 'service.name': 'gemini-cli', 'service.version': '0.61.0' },
    body: 'API response from gemini-2.5-pro. Status: 200. Duration: 4500ms.',
    attributes: {
      'event.name': 'gemini_cli.api_response',
      'event.timestamp': '2026-11-21T12:00:00.000Z',
      'session.id': 'gemini-session',
      'installation.id': 'installation-1',
      'user.email': 'eve@example.com',
      prompt_id: 'gemini-session########1',
      auth_type: 'gemini-api-key',
      model: 'gemini-2.5-pro',
      duration_ms: 4500,
      status_code: 200,
      input_token_count: 12_000,
      output_token_count: 350,
      cached_content_token_count: 8_000,
      thoughts_token_count: 420,
      tool_token_count: 0,
      total_token_count: 12_770,
    },
  };
  return change(log, changes);
}

/** Qwen Code: the same, but thoughts are inside the output of the models it talks to, as the total shows. */
export function qwenResponse(changes: Changes = {}): WrittenLog {
  const log = geminiResponse({
    scope: 'qwen-code',
    resource: { 'service.name': 'qwen-code' },
    body: 'API response from qwen3-coder-plus. Status: 200. Duration: 4500ms.',
    attributes: {
      'event.name': 'qwen-code.api_response',
      auth_type: 'openai',
      model: 'qwen3-coder-plus',
      response_id: 'chatcmpl-3f6a',
      input_token_count: 13_472,
      output_token_count: 101,
      cached_content_token_count: 0,
      thoughts_token_count: 24,
      total_token_count: 13_573,
    },
  });
  return change(log, changes);
}

/** What a decoder makes of it where all its keys are wanted. */
export function toReceived(log: WrittenLog): ReceivedLog {
  const { scope, resource, attributes, ...rest } = log;
  return {
    ...rest,
    attributes: new Map(Object.entries(attributes)),
    resource: { attributes: new Map(Object.entries(resource)) },
    scope: { name: scope, version: '' },
  };
}

const NANOS = 1_000_000_000n;
const serializers = { protobuf: ProtobufLogsSerializer, json: JsonLogsSerializer };

/** An ExportLogsServiceRequest as the official serializer writes it, each record in a resource and scope of its own. */
export function logsExport(encoding: 'protobuf' | 'json', logs: readonly WrittenLog[]): Buffer {
  return Buffer.from(serializers[encoding].serializeRequest(logs.map(toReadable)) ?? []);
}

type ReadableLogRecord = Parameters<typeof ProtobufLogsSerializer.serializeRequest>[0][number];

function toReadable(log: WrittenLog): ReadableLogRecord {
  const hrTime = (nanos: bigint): [number, number] => [Number(nanos / NANOS), Number(nanos % NANOS)];
  const { traceId, spanId } = log;
  return {
    hrTime: hrTime(log.timeUnixNano),
    hrTimeObserved: hrTime(log.observedTimeUnixNano),
    ...(traceId === null ? {} : { spanContext: { traceId, spanId: spanId ?? '', traceFlags: 1 } }),
    severityNumber: 9,
    severityText: 'INFO',
    ...(log.body === '' ? {} : { body: log.body }),
    ...(log.eventName === '' ? {} : { eventName: log.eventName }),
    resource: resourceFromAttributes(log.resource),
    instrumentationScope: { name: log.scope },
    attributes: log.attributes,
    droppedAttributesCount: 0,
  };
}
