import { jsonFault } from './jsonShape.ts';

// The names of opentelemetry/proto/trace/v1/trace.proto, each at the place of its number.
export const KIND_NAMES = [
  'SPAN_KIND_UNSPECIFIED',
  'SPAN_KIND_INTERNAL',
  'SPAN_KIND_SERVER',
  'SPAN_KIND_CLIENT',
  'SPAN_KIND_PRODUCER',
  'SPAN_KIND_CONSUMER',
];
export const STATUS_NAMES = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'];

/** A name that is not known is the enum's zero, and a number stays: a later OTLP may add one. */
export function readEnum(value: unknown, names: readonly string[], path: string): number {
  if (value === null) return 0;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value === 'string') return Math.max(0, names.indexOf(value));
  throw jsonFault(path, 'an enum as number or name', value);
}
