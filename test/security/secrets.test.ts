import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../../processor/log.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { makeTestPlace, type TestPlace } from '../support/database.ts';
import { makeCall, postCalls } from '../support/exports.ts';
import { type RunningService, runTollgate, SERVICE_TEST_TIMEOUT_MS, startService } from '../support/service.ts';
import { allScopes, bearer, makeKey } from './keys.ts';

const random = (): string => randomBytes(24).toString('base64url');
/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:9';
const role = `secrets_${randomBytes(6).toString('hex')}`;
const secrets = {
  databasePassword: random(),
  callbackSecret: randomBytes(32).toString('base64'),
  webhookSecret: randomBytes(32).toString('base64'),
  smtpPassword: random(),
  forwardHeader: random(),
  webhookPath: random(),
  key: '',
  foreignKey: `tg_${randomBytes(32).toString('base64url')}`,
};
const config = `
callback: { url: "${NOWHERE}/", secret: "whsec_${secrets.callbackSecret}" }
webhooks:
  - { url: "${NOWHERE}/${secrets.webhookPath}", secret: "whsec_${secrets.webhookSecret}" }
email:
  - { smtp_url: "smtp://ops:${secrets.smtpPassword}@127.0.0.1:9", from: a@example.com, to: [b@example.com] }
forward: { endpoint: "${NOWHERE}", headers: { authorization: "Bearer ${secrets.forwardHeader}" } }
budgets:
  - { name: few, window: day, limit: { calls: 1 } }
`;

let place: TestPlace;
let url: URL;
let service: RunningService;

async function runAsAdmin(statement: string): Promise<void> {
  const admin = await openDatabase({ databaseUrl: place.url, dataDir: '' });
  try {
    await admin.query(statement);
  } finally {
    await admin.close();
  }
}

/** What is in no text: each secret, and its bytes as hexadecimal digits. */
function found(text: string): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) =>
    text.includes(secret) || text.includes(Buffer.from(secret).toString('hex')) ? [name] : [],
  );
}

beforeAll(async () => {
  place = await makeTestPlace('postgres18');
  await runAsAdmin(`create role ${role} superuser login password '${secrets.databasePassword}'`);
  url = new URL(place.url ?? '');
  url.username = role;
  url.password = secrets.databasePassword;
  const file = path.join(place.dataDir, 'tollgate.yaml');
  writeFileSync(file, config);
  const args = ['--config', file, '--data-dir', place.dataDir, '--log-level', 'debug'];
  service = await startService({ args, env: { DATABASE_URL: url.href } });
  const database = await openDatabase({ databaseUrl: place.url, dataDir: '' });
  secrets.key = (await makeKey(database, 'acme', { scopes: allScopes })).key;
  await database.close();
  while ((await fetch(`${service.api}/metrics`)).status !== 401);
}, SERVICE_TEST_TIMEOUT_MS);
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await runAsAdmin(`drop owned by ${role} cascade; drop role ${role}`);
  await place[Symbol.asyncDispose]();
});

describe('a service that has secrets of every kind', { timeout: SERVICE_TEST_TIMEOUT_MS }, () => {
  it('tells none of them, in answers, metrics, output and the log of all levels', async () => {
    const answers: string[] = [];
    const ask = async (base: string, where: string, init: RequestInit = {}): Promise<number> => {
      const response = await fetch(`${base}${where}`, init);
      answers.push(await response.text(), JSON.stringify([...response.headers]));
      return response.status;
    };
    const { api, http } = service;
    const headers = { 'content-type': 'application/json', ...bearer(secrets) };
    // A key that is sent where none belongs, and one for something else.
    await ask(api, `/api/v1/costs?key=${secrets.key}`, { headers });
    await ask(api, '/api/v1/costs', { headers: bearer({ key: secrets.foreignKey }) });
    await ask(http, '/v1/traces', { method: 'POST', headers: { 'x-api-key': secrets.foreignKey } });
    await ask(http, '/v1/traces', { method: 'POST', headers, body: '{"resourceSpans":1}' });
    await ask(api, '/policy/v1/nothing', { headers });
    const body = JSON.stringify({ subject: {}, call: { provider: 'openai', model: 'gpt-4o', input_tokens: 1 } });
    for (let time = 0; time < 2; time += 1) {
      // The callback gives no answer; the second is refused, which is an alert.
      expect(await ask(api, '/policy/v1/decisions', { method: 'POST', headers, body })).toBe(200);
    }
    expect((await postCalls(http, [makeCall()], bearer(secrets))).status).toBe(200);
    // The callback, the receivers of alerts and downstream are all away, which the log says.
    const saysAll = (): boolean =>
      ['policy callback', '"endpoint":"email', 'call.denied'].every((part) => service.log.join('\n').includes(part));
    await expect.poll(saysAll, { timeout: 30_000, interval: 200 }).toBe(true);
    expect(await ask(api, '/metrics', { headers })).toBe(200);
    await ask(api, '/openapi.json');
    await service.stop();
    const told = [...answers, ...service.output, ...service.log].join('\n');
    // Not `toContain`, whose message would have all of it.
    expect(told.includes('tollgate_forward_requests_total')).toBe(true);
    expect(found(told)).toEqual([]);
  });

  it('does not start with a wrong password, and does not tell it', async () => {
    const wrong = new URL(url);
    wrong.password = `${secrets.databasePassword}x`;
    const env = { DATABASE_URL: wrong.href };
    const finished = await runTollgate(['serve', '--data-dir', place.dataDir, '--log-level', 'debug'], env);
    expect(finished.code).toBe(1);
    expect(finished.stderr).toContain('password authentication failed');
    expect(found(finished.stdout + finished.stderr)).toEqual([]);
  });

  it('tells of what is wrong in a file no text of a secret', async () => {
    const file = path.join(place.dataDir, 'wrong.yaml');
    writeFileSync(
      file,
      config
        .replaceAll('whsec_', 'whsec_!')
        .replace(NOWHERE, 'ftp://127.0.0.1')
        .replace('smtp://', 'smtps//')
        .replace('authorization:', '"not a name":') + `database_url: "${url.href} "\n`,
    );
    const finished = await runTollgate(['check-config', file]);
    expect(finished.code).toBe(1);
    expect(finished.stdout.split('\n').length).toBeGreaterThan(5);
    expect(found(finished.stdout + finished.stderr)).toEqual([]);
  });
});

describe('the log', () => {
  it('has no key, even where one stands in a message', async () => {
    const script = `
      import { createLog } from ${JSON.stringify(new URL('../../dist/processor/log.js', import.meta.url).href)};
      createLog().error({ err: new Error('of ${secrets.foreignKey}'), url: '/?key=${secrets.foreignKey}' }, '${secrets.foreignKey}');
    `;
    const { spawnSync } = await import('node:child_process');
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(stderr.match(/tg_\(redacted\)/g)?.length).toBeGreaterThanOrEqual(3);
    expect(JSON.parse(stderr)).toMatchObject({ level: 'error' });
    expect(found(stderr)).toEqual([]);
    expect(createLog().level).toBe('info');
  });
});
