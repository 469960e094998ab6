import { providerIdsOfCall } from '../../src/charging/traceSpan.ts';
import type { Queries } from '../store/database.ts';
import { selectSharedIds } from '../store/statements/selectSharedIds.ts';
import { TRACES_OF_ID_KEPT } from '../store/traceLimits.ts';
import { idHashOf } from '../store/tracesOfGroup.ts';
import { type CopyJson, duplicateOf } from './duplicateOf.ts';

/** The most traces that one answer looks for copies in: a gateway may write a trace for each call of a large trace. */
export const COPY_TRACES_MAX = 1_000;
/** The most copies one answer names, as many as it has spans. */
const COPIES_MAX = 10_000;

export interface Copies {
  /** By `copyKey` of the charged call, each by trace id, start and span id. */
  readonly of: ReadonlyMap<string, readonly CopyJson[]>;
  /** There are more traces or copies than the limits: some copies may be missing. */
  readonly truncated: boolean;
}

interface DuplicateRow {
  readonly trace_hex: string;
  readonly span_hex: string;
  readonly role: 'call' | 'container';
  readonly response_id: string | null;
  readonly request_id: string | null;
  readonly charge: string;
  readonly charge_reason: string | null;
}

/** What is read of a charged call whose copies are asked for. */
export type ChargedRow = Omit<DuplicateRow, 'charge_reason'>;

export function copyKey(traceId: string, spanId: string): string {
  return `${traceId}/${spanId}`;
}

/**
 * The duplicates of charged calls of one trace: those of the trace itself, then those of the traces that share a provider's id
 * with one of the copies found, and so on. Each trace is read by its key within its times; no index on the reason is needed.
 */
export async function readCopies(
  client: Queries,
  tenant: string,
  traceId: string,
  charged: readonly ChargedRow[],
): Promise<Copies> {
  if (charged.length === 0) return { of: new Map(), truncated: false };
  const [only] = charged;
  const target = charged.length === 1 && only !== undefined ? copyKey(traceId, only.span_hex) : `${traceId}/%`;
  const traces = new Set([traceId]);
  const ids = new Set<string>();
  const found: DuplicateRow[] = [];
  let newTraces: readonly string[] = [traceId];
  let known: readonly ChargedRow[] = charged;
  while (newTraces.length > 0 && found.length <= COPIES_MAX) {
    const duplicates = await readDuplicates(client, tenant, newTraces, target);
    found.push(...duplicates);
    known = traces.size === 1 ? [...charged, ...duplicates] : duplicates;
    const newIds = known.flatMap(idsOfRow).filter((id) => !ids.has(id));
    for (const id of newIds) ids.add(id);
    if (traces.size === 1 && !(await isLinked(client, tenant, traceId))) break;
    newTraces = (await tracesOf(client, tenant, new Set(newIds))).filter((id) => !traces.has(id));
    if (traces.size + newTraces.length > COPY_TRACES_MAX) {
      newTraces = newTraces.slice(0, COPY_TRACES_MAX + 1 - traces.size);
    }
    for (const id of newTraces) traces.add(id);
  }
  return { of: byCharged(found.slice(0, COPIES_MAX)), truncated: found.length > COPIES_MAX };
}
