import { describe, expect, it } from 'vitest';
import type { Log } from '../../processor/log.ts';
import { createPipeline, type PipelineParts } from '../../processor/pipeline.ts';
import { createPipelineCounts } from '../../processor/pipelineCounts.ts';
import type { StoreBatch, StoreOutcome } from '../../processor/store/store.ts';
import { createTelemetry } from '../../processor/telemetry.ts';
import { compileSources, noSources, type SourceRule } from '../../src/dialects/sources.ts';
import { TollgateError } from '../../src/errors.ts';
import { makeCall, traceExport, type ChatCall } from '../support/exports.ts';
import { fixedPrices } from '../support/prices.ts';

const unattributed = { agent: null, user: null, session: null };

const caller = { tenant: 'acme', keyId: 'k', keyName: null, scopes: ['ingest' as const], agent: 'fixed-bot' };

function makePipeline(
  commit: PipelineParts['commit'],
  nowMs: () => number = Date.now,
  findSource: PipelineParts['findSource'] = noSources,
) {
  const telemetry = createTelemetry('0');
  const logged: object[] = [];
  const log = { warn: (fields: object) => void logged.push(fields) } as unknown as Log;
  const consume = createPipeline({
    prices: fixedPrices(),
    commit,
    forward: null,
    findSource,
    retentionDays: 1,
    nowMs,
    counts: createPipelineCounts(telemetry, log, nowMs),
  });
  const send = (calls: readonly ChatCall[]) =>
    consume.traces({ caller, encoding: 'json', body: Buffer.from(traceExport(calls)) });
  const count = async (name: string) =>
    (await telemetry.registry.getSingleMetric(name)?.get())?.values.map(({ labels, value }) => ({ ...labels, value }));
  return { consume, send, count, logged };
}

const charged = ({ calls }: StoreBatch): Promise<StoreOutcome> =>
  Promise.resolve({ calls: calls.map(() => ({ charge: 'charged', known: false, attribution: unattributed })) });

describe('the pipeline', () => {
  it("commits the key's tenant and agent with every call priced, and counts what became of them", async () => {
    const batches: StoreBatch[] = [];
    const { send, count } = makePipeline((batch) => {
      batches.push(batch);
      const known = batches.length > 1;
      return Promise.resolve({
        calls: batch.calls.map(() => ({ charge: 'charged', known, attribution: unattributed })),
      });
    });
    const call = makeCall();
    expect(await send([call])).toEqual({ rejected: 0, errorMessage: '' });
    await send([call]);
    expect(batches[0]).toMatchObject({
      tenant: 'acme',
      keyAgent: 'fixed-bot',
      spans: [],
      // 1000 × 2.5e9 + 100 × 1e10 = 3.5e12 femto-USD
      calls: [{ spanId: call.spanId, price: { status: 'priced', costFemtoUsd: 3_500_000_000_000n } }],
    });
    expect(await count('tollgate_spans_received_total')).toEqual([{ value: 2 }]);
    expect(await count('tollgate_calls_stored_total')).toEqual([{ charge: 'charged', value: 1 }]);
    expect(await count('tollgate_calls_repeated_total')).toEqual([{ value: 1 }]);
    expect(await count('tollgate_exports_in_flight')).toEqual([{ value: 0 }]);
  });

  it('leaves of an ignored source the place in the trace, and of others everything', async () => {
    const ignored: SourceRule = {
      scope: null,
      service: 'sh*',
      inputIncludesCache: null,
      outputIncludesReasoning: null,
      usage: 'ignore',
      provider: null,
    };
    const sizes: number[][] = [];
    for (const service of ['sh*', 'other']) {
      const { send } = makePipeline(
        (batch) => {
          sizes.push([batch.calls.length, batch.spans.length]);
          return charged(batch);
        },
        Date.now,
        compileSources([{ ...ignored, service }]),
      );
      await send([makeCall()]);
    }
    expect(sizes).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  it('passes a failure on and counts it by its code, a fault without one as internal', async () => {
    const failures = [new TollgateError('overloaded', 'full'), new Error('a bug')];
    const { consume, send, count } = makePipeline(() => Promise.reject(failures.shift() ?? new Error('none left')));
    await expect(send([makeCall()])).rejects.toMatchObject({ code: 'overloaded' });
    await expect(send([makeCall()])).rejects.toThrow('a bug');
    const malformed = { caller, encoding: 'protobuf', body: Buffer.from([0xff]) } as const;
    await expect(consume.traces(malformed)).rejects.toMatchObject({ code: 'malformed_payload' });
    await expect(consume.logs(malformed)).rejects.toMatchObject({ code: 'malformed_payload' });
    expect(await count('tollgate_export_errors_total')).toEqual([
      { code: 'overloaded', value: 1 },
      { code: 'internal', value: 1 },
      { code: 'malformed_payload', value: 2 },
    ]);
    expect(await count('tollgate_exports_in_flight')).toEqual([{ value: 0 }]);
  });

  it('logs rejected spans once a minute, with their number since', async () => {
    let nowMs = Date.now();
    const { send, logged } = makePipeline(charged, () => nowMs);
    const old = makeCall({ startedAtMs: nowMs - 2 * 86_400_000 });
    for (let time = 0; time < 3; time += 1) expect((await send([old])).rejected).toBe(1);
    expect(logged).toEqual([{ spans: 1 }]);
    nowMs += 60_000;
    await send([old]);
    expect(logged).toEqual([{ spans: 1 }, { spans: 3 }]);
  });
});
