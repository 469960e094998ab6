import type { Attributes, Histogram, MeterProvider } from '@opentelemetry/api';
import { SCOPE, VERSION } from '../scope.ts';
import { currentMeterProvider } from './meterProvider.ts';

/** The conventions' boundaries, in tokens and in seconds. */
const TOKEN_BOUNDARIES = Array.from({ length: 14 }, (_, power) => 4 ** power);
const SECOND_BOUNDARIES = Array.from({ length: 14 }, (_, power) => 2 ** power / 100);

/** A call as its metrics have it: no user, no session, no agent. */
export interface MeasuredCall {
  /** What every metric of it has. */
  readonly attributes: Attributes;
  readonly durationSeconds: number;
  readonly errorType: string | null;
  /** Null where it was no stream. */
  readonly firstChunkSeconds: number | null;
  /** As the provider counted; the conventions have no place for estimates. */
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}

interface Instruments {
  readonly provider: MeterProvider;
  readonly duration: Histogram;
  readonly firstChunk: Histogram;
  readonly tokens: Histogram;
}

let instruments: Instruments | null = null;

export const hasMetrics = (): boolean => currentMeterProvider() !== null;

export function measureCall(call: MeasuredCall): void {
  const provider = currentMeterProvider();
  if (provider === null) return;
  if (instruments?.provider !== provider) instruments = instrumentsOf(provider);
  const { duration, firstChunk, tokens } = instruments;
  const { attributes, errorType } = call;
  duration.record(call.durationSeconds, errorType === null ? attributes : { ...attributes, 'error.type': errorType });
  if (call.firstChunkSeconds !== null) firstChunk.record(call.firstChunkSeconds, attributes);
  const counts = { input: call.inputTokens, output: call.outputTokens };
  for (const [type, count] of Object.entries(counts))
    if (count !== undefined) tokens.record(count, { ...attributes, 'gen_ai.token.type': type });
}

function instrumentsOf(provider: MeterProvider): Instruments {
  const meter = provider.getMeter(SCOPE, VERSION);
  const histogram = (name: string, unit: string, description: string, boundaries: number[]): Histogram =>
    meter.createHistogram(name, { unit, description, advice: { explicitBucketBoundaries: boundaries } });
  return {
    provider,
    duration: histogram('gen_ai.client.operation.duration', 's', 'GenAI operation duration.', SECOND_BOUNDARIES),
    firstChunk: histogram(
      'gen_ai.client.operation.time_to_first_chunk',
      's',
      'Time to receive the first chunk.',
      SECOND_BOUNDARIES,
    ),
    tokens: histogram(
      'gen_ai.client.token.usage',
      '{token}',
      'Number of input and output tokens used.',
      TOKEN_BOUNDARIES,
    ),
  };
}
