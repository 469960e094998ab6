import type { PolicyServer } from '../../instrumentation/policyServer.ts';
import type { RecordedSpan } from '../../instrumentation/receiver.ts';

/** What became of the reservation of a call. */
export type SettledAs = 'usage' | 'part' | 'nothing' | 'released' | 'open' | 'wrong';

interface Settlement {
  readonly usage?: Readonly<Record<string, number>>;
  readonly final?: boolean;
  readonly released?: boolean;
}

const INPUT = [
  'input_uncached',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'audio_input',
  'cache_read_audio',
  'image_input',
];
const OUTPUT = ['output', 'audio_output', 'image_output'];

/** The sum of disjoint buckets is the total on the span: nothing is counted twice, nothing is left out. */
const sumOf = (usage: Readonly<Record<string, number>>, buckets: readonly string[]): number | undefined => {
  const known = buckets.flatMap((bucket) => usage[bucket] ?? []);
  return known.length === 0 ? undefined : known.reduce((total, count) => total + count, 0);
};

const isStatus = (errorType: unknown): boolean => typeof errorType === 'string' && /^\d{3}$/.test(errorType);

/** `open` is right only where nobody can tell what was billed. */
export function settledAs({ attributes, status }: RecordedSpan, settled: PolicyServer['settled']): SettledAs {
  const bodies = settled
    .filter(({ id }) => id === attributes['tollgate.reservation.id'])
    .map(({ body }) => body as Settlement);
  const [settlement] = bodies;
  const source = attributes['tollgate.usage.source'];
  if (attributes['tollgate.reservation.id'] === undefined || bodies.length > 1) return 'wrong';
  if (source !== undefined) {
    const { usage = {}, final } = settlement ?? {};
    const isAll =
      sumOf(usage, INPUT) === attributes['gen_ai.usage.input_tokens'] &&
      sumOf(usage, OUTPUT) === attributes['gen_ai.usage.output_tokens'];
    if (settlement === undefined || !isAll || final !== (source === 'provider')) return 'wrong';
    return final === true ? 'usage' : 'part';
  }
  if (settlement?.released === true) return 'released';
  const isRefused = status === 'error' && isStatus(attributes['error.type']);
  if (settlement === undefined) return isRefused ? 'wrong' : 'open';
  const isNothing = Object.values(settlement.usage ?? { none: 1 }).every((count) => count === 0);
  return isRefused && isNothing && settlement.final === true ? 'nothing' : 'wrong';
}
