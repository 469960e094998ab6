import { describe, expect, it } from 'vitest';
import type { Log } from '../../processor/log.ts';
import { createPipeline } from '../../processor/pipeline.ts';
import { createPipelineCounts } from '../../processor/pipelineCounts.ts';
import type { StoreBatch } from '../../processor/store/store.ts';
import { createTelemetry } from '../../processor/telemetry.ts';
import { noSources } from '../../src/dialects/sources.ts';
import {
  claudeRequest,
  codexCompleted,
  geminiResponse,
  logsExport,
  WRITTEN_UNIX_NANO,
  type WrittenLog,
} from '../support/logRecords.ts';
import { fixedPrices } from '../support/prices.ts';

const unattributed = { agent: null, user: null, session: null };

const caller = { tenant: 'acme', keyId: 'k', keyName: null, scopes: ['ingest' as const], agent: 'fixed-bot' };
const NOW_MS = Number(WRITTEN_UNIX_NANO / 1_000_000n);
const DAY_NANO = 86_400_000_000_000n;

function makePipeline(closedBeforeMs = 0) {
  const telemetry = createTelemetry('0');
  const batches: StoreBatch[] = [];
  const logged: object[] = [];
  const log = { warn: (fields: object) => void logged.push(fields) } as unknown as Log;
  const { logs } = createPipeline({
    prices: fixedPrices(),
    commit: (batch) => {
      batches.push(batch);
      return Promise.resolve({
        calls: batch.calls.map(() => ({ charge: 'charged', known: false, attribution: unattributed })),
      });
    },
    forward: null,
    findSource: noSources,
    retentionDays: 400,
    closedBeforeMs: () => closedBeforeMs,
    nowMs: () => NOW_MS,
    counts: createPipelineCounts(telemetry, log, () => NOW_MS),
  });
  const send = (written: readonly WrittenLog[], encoding: 'protobuf' | 'json' = 'protobuf') =>
    logs({ caller, encoding, body: logsExport(encoding, written) });
  const count = async (name: string) =>
    (await telemetry.registry.getSingleMetric(name)?.get())?.values.map(({ labels, value }) => ({ ...labels, value }));
  return { send, count, batches, logged };
}
const prompt = claudeRequest({ body: 'claude_code.user_prompt', attributes: { 'event.name': 'user_prompt' } });

describe('the pipeline of logs', () => {
  it('commits the calls that records describe, priced, and no spans', async () => {
    const { send, batches, count } = makePipeline();
    const written = [prompt, claudeRequest(), codexCompleted(), geminiResponse(), prompt];
    expect(await send(written)).toEqual({ rejected: 0, errorMessage: '' });
    expect(batches).toMatchObject([
      {
        tenant: 'acme',
        keyAgent: 'fixed-bot',
        spans: [],
        calls: [
          {
            dialect: 'claude-code',
            // Haiku 4.5, USD for 1e6: 10 × 1 + 39 × 5 + 20058 × 0.1 + 3485 × 1.25 = 6567.05
            price: { status: 'priced', costFemtoUsd: 6_567_050_000_000n },
            reportedCostFemtoUsd: 6_567_300_000_000n,
          },
          {
            dialect: 'codex',
            // gpt-5.1-codex: 4000 × 1.25 + 8000 × 0.125 + 900 × 10 = 15000
            price: { status: 'priced', costFemtoUsd: 15_000_000_000_000n },
          },
          // 2.5-pro up to 200k: 4000 × 1.25 + 8000 × 0.125 + 770 × 10 = 13700
          { dialect: 'gemini-cli', price: { status: 'priced', costFemtoUsd: 13_700_000_000_000n } },
        ],
      },
    ]);
    expect(await count('tollgate_log_records_received_total')).toEqual([{ value: 5 }]);
    expect(await count('tollgate_log_records_read_total')).toEqual([{ value: 3 }]);
    expect(await count('tollgate_calls_stored_total')).toEqual([{ charge: 'charged', value: 3 }]);
    expect(await count('tollgate_spans_received_total')).toEqual([{ value: 0 }]);
  });

  it('commits the same from either encoding', async () => {
    const { send, batches } = makePipeline();
    for (const encoding of ['protobuf', 'json'] as const) {
      await send([claudeRequest(), codexCompleted(), geminiResponse()], encoding);
    }
    expect(batches[1]).toEqual(batches[0]);
  });

  it('costs the store nothing where no record is a call', async () => {
    const { send, batches, count } = makePipeline();
    expect(await send([prompt, prompt])).toEqual({ rejected: 0, errorMessage: '' });
    expect(batches).toEqual([]);
    expect(await count('tollgate_log_records_received_total')).toEqual([{ value: 2 }]);
  });

  it('rejects calls of a time that spans are rejected for, and nothing else by its time', async () => {
    const { send, batches, count, logged } = makePipeline();
    const at = (timeUnixNano: bigint) => geminiResponse({ timeUnixNano, attributes: { duration_ms: 0 } });
    const oldest = WRITTEN_UNIX_NANO - 400n * DAY_NANO;
    const latest = WRITTEN_UNIX_NANO + DAY_NANO;
    const written = [at(oldest), at(oldest - 1n), at(latest), at(latest + 1n), { ...prompt, timeUnixNano: 1n }];
    expect(await send(written)).toEqual({
      rejected: 2,
      errorMessage: 'started more than 400 days ago (retention_days): 1; start more than a day in the future: 1',
    });
    expect(batches.map(({ calls }) => calls.map(({ startUnixNano }) => startUnixNano))).toEqual([[oldest, latest]]);
    expect(await count('tollgate_log_records_rejected_total')).toEqual([
      { reason: 'too_old', value: 1 },
      { reason: 'closed', value: 0 },
      { reason: 'in_future', value: 1 },
    ]);
    expect(await count('tollgate_log_records_read_total')).toEqual([{ value: 4 }]);
    expect(logged).toEqual([{ logRecords: 2 }]);
  });

  it('rejects calls of a day whose books the store has closed, however long calls are kept here', async () => {
    const { send, batches, count } = makePipeline(NOW_MS - 10 * 86_400_000);
    const open = WRITTEN_UNIX_NANO - 10n * DAY_NANO;
    const at = (timeUnixNano: bigint) => geminiResponse({ timeUnixNano, attributes: { duration_ms: 0 } });
    expect(await send([at(open), at(open - 1n)])).toEqual({
      rejected: 1,
      errorMessage: 'started on a day whose books retention has closed: 1',
    });
    expect(batches.map(({ calls }) => calls.map(({ startUnixNano }) => startUnixNano))).toEqual([[open]]);
    expect(await count('tollgate_log_records_rejected_total')).toContainEqual({ reason: 'closed', value: 1 });
  });
});
