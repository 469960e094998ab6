import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { makeTestPlace } from '../support/database.ts';
import { makeCall, postCalls } from '../support/exports.ts';
import { startService } from '../support/service.ts';
import { expectBooks, startSenders, statusAt } from './senders.ts';

const RESTARTS = 3;

describe.each(['embedded', 'postgres18'] as const)('stopped by SIGTERM under load on %s', (kind) => {
  it(
    `loses and doubles nothing over ${RESTARTS} restarts, with senders that send again`,
    { timeout: 300_000 },
    async () => {
      await using place = await makeTestPlace(kind);
      const args = ['--data-dir', place.dataDir, ...(place.url === undefined ? [] : ['--database-url', place.url])];
      let service = await startService({ args });
      const senders = startSenders(() => service.http);
      for (let restart = 0; restart < RESTARTS; restart += 1) {
        await senders.more(150);
        expect(await service.stop()).toBe(0);
        service = await startService({ args });
      }
      await senders.more(150);
      await senders.stop();
      await expectBooks(service, args, senders.acknowledged);
      expect(await service.stop()).toBe(0);
      // Taken, refused because it stops, or nobody there: nothing that would make a sender give up.
      expect([...senders.statuses.keys()].filter((status) => ![200, 503, 0].includes(status))).toEqual([]);
    },
  );
});

describe('with shutdown_delay_ms', { timeout: 120_000 }, () => {
  it('readiness goes first, while requests are still taken; then it ends with 0', async () => {
    await using place = await makeTestPlace('embedded');
    await using service = await startService({ args: ['--data-dir', place.dataDir, '--shutdown-delay-ms', '8000'] });
    expect(await statusAt(`${service.api}/readyz`)).toBe(200);
    const stopped = service.stop();
    const askedMs = performance.now();
    await expect.poll(() => statusAt(`${service.api}/readyz`)).toBe(503);
    expect(await statusAt(`${service.api}/healthz`)).toBe(200);
    expect((await postCalls(service.http, [makeCall()])).status).toBe(200);
    expect(await stopped).toBe(0);
    expect(performance.now() - askedMs).toBeGreaterThan(7_900);
  });

  it('a second signal ends it at once, with 1', async () => {
    await using place = await makeTestPlace('embedded');
    await using service = await startService({ args: ['--data-dir', place.dataDir, '--shutdown-delay-ms', '300000'] });
    const stopped = service.stop();
    await expect.poll(() => statusAt(`${service.api}/readyz`)).toBe(503);
    await delay(50);
    process.kill(service.pid, 'SIGTERM');
    expect(await stopped).toBe(1);
  });
});
