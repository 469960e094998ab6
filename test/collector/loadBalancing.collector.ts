import { describe, expect, it } from 'vitest';
import { makeTestPlace } from '../support/database.ts';
import { makeCall, postCalls } from '../support/exports.ts';
import { runTollgate } from '../support/service.ts';
import { compareCalls } from './compare.ts';
import { createDeployment } from './deployment.ts';
import { createSender } from './sender.ts';
import type { TollgatePart } from './tollgatePart.ts';

const DRAIN_MS = 120_000;
const EXPORTS = 20;
const CALLS = 10;

const receivedSpans = (tollgates: readonly TollgatePart[]): Promise<number[]> =>
  Promise.all(tollgates.map((tollgate) => tollgate.metric('tollgate_spans_received_total')));

describe('otel-collector-loadbalancing.yaml', () => {
  it('gives whole traces to each of two Tollgates, and loses nothing while one is away', async () => {
    await using place = await makeTestPlace('postgres18');
    const url = place.url ?? '';
    const config = 'otel-collector-loadbalancing.yaml';
    await using deployment = await createDeployment({ config, stores: [{ url }, { url }] });
    const { collector, tollgates, backend } = deployment;
    const [first, second] = tollgates;
    if (first === undefined || second === undefined) throw new Error('expected two Tollgates');
    // Together, on a database that both migrate.
    await Promise.all([backend, collector, first, second].map((part) => part.start()));
    const sender = createSender(collector.http);
    const sendSome = async (): Promise<void> => {
      for (let index = 0; index < EXPORTS; index += 1) await sender.send(CALLS);
    };

    await sendSome();
    await deployment.drain(DRAIN_MS);
    const received = await receivedSpans(tollgates);
    expect(received.every((spans) => spans > 0)).toBe(true);
    expect(received.reduce((sum, spans) => sum + spans, 0)).toBe(EXPORTS * CALLS);
    expect(await second.stop()).toBe(0);
    await sendSome();
    await collector.kill();
    await collector.start();
    await sendSome();
    await second.start();
    await deployment.drain(DRAIN_MS);

    const { findings, ...counts } = await compareCalls(sender, first.api, backend);
    console.log(JSON.stringify(counts));
    expect(findings.slice(0, 20)).toEqual([]);
    const calls = 3 * EXPORTS * CALLS;
    expect(counts).toMatchObject({ acknowledged: calls, charged: calls, chargedUnacknowledged: 0, arrived: calls });
    expect(await collector.failedSpans()).toBe(0);
    expect(await runTollgate(['audit', '--database-url', url])).toMatchObject({ code: 0, stderr: '' });

    // One trace in many exports goes to one of the two.
    const before = await receivedSpans(tollgates);
    const { traceId } = makeCall();
    for (let index = 0; index < EXPORTS; index += 1) {
      const response = await postCalls(collector.http, [makeCall({ traceId }), makeCall({ traceId })]);
      expect(response.status).toBe(200);
    }
    await deployment.drain(DRAIN_MS);
    const more = (await receivedSpans(tollgates)).map((spans, index) => spans - (before[index] ?? 0));
    expect(more.toSorted((a, b) => a - b)).toEqual([0, 2 * EXPORTS]);
  });
});
