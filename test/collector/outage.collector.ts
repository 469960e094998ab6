import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { makeTestPlace } from '../support/database.ts';
import { runTollgate } from '../support/service.ts';
import { compareCalls } from './compare.ts';
import { createDeployment } from './deployment.ts';
import { createSender } from './sender.ts';

const DRAIN_MS = 120_000;
const EXPORTS = 20;
const CALLS = 10;
const POLL_MS = 20;

describe('spans that the Collector acknowledged', () => {
  it('are charged once and come to the backend, whoever was away in between', async () => {
    await using place = await makeTestPlace('embedded');
    await using deployment = await createDeployment({ config: 'otel-collector.yaml', stores: [place] });
    const { collector, tollgates, backend } = deployment;
    const [tollgate] = tollgates;
    if (tollgate === undefined) throw new Error('expected a Tollgate');
    for (const part of [backend, collector, tollgate]) await part.start();
    const sender = createSender(collector.http);
    const sendSome = async (): Promise<void> => {
      for (let index = 0; index < EXPORTS; index += 1) await sender.send(CALLS);
    };

    await sendSome();
    // Tollgate is away: what is acknowledged now lies in the Collector's queue, through its own SIGKILL and SIGTERM.
    expect(await tollgate.stop()).toBe(0);
    await sendSome();
    await collector.kill();
    await collector.start();
    await sendSome();
    expect(await collector.stop()).toBe(0);
    await collector.start();
    await sendSome();
    await tollgate.start();
    await sendSome();
    // The backend is away: charges are booked all the same, and the spans wait.
    await backend.stop();
    await sendSome();
    await tollgate.kill();
    await tollgate.start();
    await collector.kill();
    await collector.start();
    await sendSome();
    await tollgate.stop();
    await tollgate.start();
    await backend.start();
    await deployment.drain(DRAIN_MS);

    const { findings, ...counts } = await compareCalls(sender, tollgate.api, backend);
    console.log(JSON.stringify(counts));
    expect(findings.slice(0, 20)).toEqual([]);
    // Seven rounds of 20 exports of 10 calls.
    const calls = 7 * EXPORTS * CALLS;
    expect(counts).toMatchObject({ acknowledged: calls, charged: calls, chargedUnacknowledged: 0, arrived: calls });
    expect(await collector.failedSpans()).toBe(0);
    expect(await runTollgate(['audit', '--data-dir', place.dataDir])).toMatchObject({ code: 0, stderr: '' });
  });

  it('are dropped by the Collector, and counted, where the answer is a refusal for good', async () => {
    await using deployment = await createDeployment({ config: 'otel-collector.yaml', stores: [] });
    const { collector, backend } = deployment;
    await backend.start();
    await collector.start();
    backend.answerWith(401);
    // What Tollgate would send back.
    const sender = createSender(collector.priced);
    await sender.send(CALLS);
    await deployment.drain(DRAIN_MS);
    expect([await collector.failedSpans(), backend.arrived.size]).toEqual([CALLS, 0]);
    backend.answerWith(503);
    await sender.send(CALLS);
    while ((await collector.queuedBytes()) === 0) await delay(POLL_MS);
    backend.answerWith(200);
    await deployment.drain(DRAIN_MS);
    expect([await collector.failedSpans(), backend.arrived.size]).toEqual([CALLS, CALLS]);
  });
});
