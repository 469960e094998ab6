import { pino } from 'pino';
import { readConfig } from '../../processor/config.ts';
import { startUp } from '../../processor/startUp.ts';
import type { Database } from '../../processor/store/database.ts';
import type { TestPlace } from '../support/database.ts';

export interface ServiceInProcess extends AsyncDisposable {
  readonly http: string;
  readonly api: string;
}

/** The service as `serve` starts it, on a migrated place, in this process. */
export async function startInProcess(place: TestPlace): Promise<ServiceInProcess> {
  const ports = { grpc_port: '0', http_port: '0', api_port: '0' };
  const read = readConfig({ ...ports, data_dir: place.dataDir, database_url: place.url }, {});
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const running = await startUp(read.config, '0.0.0', pino({ level: 'silent' }));
  return {
    http: `http://${running.addresses.http}`,
    api: `http://${running.addresses.api}`,
    [Symbol.asyncDispose]: () => running.stop(),
  };
}

export async function decide(apiBase: string): Promise<Response> {
  return fetch(`${apiBase}/policy/v1/decisions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      subject: { agent: 'support-bot', user: 'u1' },
      call: { provider: 'openai', model: 'gpt-4o', operation: 'chat', input_tokens: 1000, max_output_tokens: 100 },
    }),
  });
}

/** The value of one sample of `/metrics`, such as `tollgate_store_waiting{share="questions"}`; 0 where there is none. */
export async function metric(apiBase: string, sample: string): Promise<number> {
  const text = await (await fetch(`${apiBase}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${sample} `));
  return Number(line?.slice(sample.length + 1) ?? 0);
}

/** Locks a table until what it resolves to is called. */
export async function holdTable(database: Database, table: string, mode: string): Promise<() => Promise<void>> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let held: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    held = database.transaction(async (client) => {
      await client.query(`lock table tollgate_data.${table} in ${mode} mode`);
      resolve();
      await released;
    });
    held.catch(reject);
  });
  return async () => {
    release();
    await held;
  };
}
