import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { migrate } from '../../processor/store/migrate.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { startPostgres } from '../support/servers.ts';
import { startService } from '../support/service.ts';
import { makeTestPlace } from '../support/database.ts';
import { expectBooks, startSenders, statusAt } from './senders.ts';

/** A minute in the issue; `OUTAGE_SECONDS=60` runs it so. */
const OUTAGE_SECONDS = Number(process.env['OUTAGE_SECONDS'] ?? 5);

const decision = {
  subject: { agent: 'agent-1' },
  call: { provider: 'openai', model: 'gpt-4o', operation: 'chat', input_tokens: 100, max_output_tokens: 10 },
};

async function decide(api: string): Promise<number> {
  const response = await fetch(`${api}/policy/v1/decisions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(decision),
  });
  await response.arrayBuffer();
  return response.status;
}

/** A receiver of alerts, and how many it got. */
async function startReceiver() {
  let received = 0;
  const server = http.createServer((request, response) => {
    received += 1;
    request.resume();
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port');
  return { url: `http://127.0.0.1:${address.port}/`, received: () => received, close: () => server.close() };
}

it(
  `PostgreSQL gone for ${OUTAGE_SECONDS} s: 503 and not ready, alive, and then on by itself: ingest, decisions, alerts`,
  { timeout: 240_000 + OUTAGE_SECONDS * 2_000 },
  async () => {
    await using place = await makeTestPlace('embedded');
    const server = await startPostgres('postgres18');
    const receiver = await startReceiver();
    const config = path.join(place.dataDir, 'tollgate.yaml');
    const budget = {
      name: 'all',
      // None that ends while the test runs, and would tell anew of each session.
      window: 'rolling:24h',
      limit: { usd: '1' },
      per: ['session'],
      alert_at: [1],
      on_exceed: 'warn',
    };
    const webhooks = [{ url: receiver.url, secret: Buffer.alloc(24).toString('base64') }];
    fs.writeFileSync(config, JSON.stringify({ budgets: [budget], webhooks }));
    const args = ['--data-dir', place.dataDir, '--database-url', server.adminUrl];
    try {
      const database = await openDatabase({ databaseUrl: server.adminUrl, dataDir: '' });
      await migrate(database);
      await database.close();
      await using service = await startService({ args: [...args, '--config', config] });
      const senders = startSenders(() => service.http);
      await senders.more(100);
      expect(await decide(service.api)).toBe(200);

      await server.pause();
      const gone = senders.acknowledged.size;
      await expect.poll(() => statusAt(`${service.api}/readyz`), { timeout: 20_000 }).toBe(503);
      expect(await statusAt(`${service.api}/healthz`)).toBe(200);
      expect(await decide(service.api)).toBe(503);
      expect(await statusAt(`${service.api}/api/v1/costs`)).toBe(503);
      await delay(OUTAGE_SECONDS * 1_000);
      // What was under way when it went may have been answered still.
      expect(senders.acknowledged.size).toBeLessThanOrEqual(gone + 4 * 8);
      expect(senders.statuses.get(503)).toBeGreaterThan(0);
      const alerts = receiver.received();

      await server.resume();
      await expect.poll(() => statusAt(`${service.api}/readyz`), { timeout: 30_000 }).toBe(200);
      await senders.more(200);
      expect(await decide(service.api)).toBe(200);
      await senders.stop();
      expect(new Set(senders.statuses.keys())).toEqual(new Set([200, 503]));
      // 17 sessions, each of which passes 1 % of its 1 USD; an hour's retries are not waited for.
      await expect.poll(receiver.received, { timeout: 60_000 }).toBeGreaterThan(alerts);
      await expectBooks(service, args, senders.acknowledged);
      expect(await service.stop()).toBe(0);
    } finally {
      receiver.close();
      await server.stop();
    }
  },
);
