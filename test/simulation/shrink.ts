import type { ReceivedSpan } from '../../src/span.ts';
import { BASE_MS, type Exported } from './traces.ts';

/** Attempts over all steps: each may be a delivery to a store. */
const ATTEMPTS_MAX = 400;

/**
 * The fewest spans that still fail, by leaving out ever smaller pieces. Where failing takes luck (who commits first), a
 * piece that was needed may be left out only if the rest failed without it: what is returned has failed.
 */
export async function shrink(
  exported: readonly Exported[],
  fails: (exported: readonly Exported[]) => boolean | Promise<boolean>,
): Promise<readonly Exported[]> {
  let kept = exported;
  let attempts = 0;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < kept.length && attempts < ATTEMPTS_MAX;) {
      const rest = [...kept.slice(0, start), ...kept.slice(start + size)];
      attempts += 1;
      if (rest.length > 0 && (await fails(rest))) kept = rest;
      else start += size;
    }
  }
  return kept;
}

/** A span a line: what decides about it, nothing else. */
export function describeSpans(exported: readonly Exported[]): string {
  return exported
    .map(({ tenant, keyAgent, span }) => {
      const parent = span.parentSpanId === null ? '' : ` below ${short(span.parentSpanId)}`;
      const key = keyAgent === null ? '' : ` key ${keyAgent}`;
      const words = [...span.attributes].map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(' ');
      const resource = [...span.resource.attributes]
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(' ');
      const place = `${tenant} ${short(span.traceId)}/${short(span.spanId)}${parent}${key}`;
      return `${place} ${timesOf(span)} kind ${span.kind} scope '${span.scope.name}' {${words}} resource {${resource}}`;
    })
    .join('\n');
}

function timesOf({ startUnixNano, endUnixNano }: ReceivedSpan): string {
  const after = (nano: bigint): string => `${Number(nano / 1000n) / 1000 - BASE_MS} ms`;
  return `${after(startUnixNano)} to ${after(endUnixNano)}`;
}

function short(id: string): string {
  return id.replace(/^0+/, '');
}
