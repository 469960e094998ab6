import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { getAllCalls } from '../support/asking.ts';
import { makeTestPlace } from '../support/database.ts';
import { makeCall, postCalls } from '../support/exports.ts';
import { createLoad } from '../support/load.ts';
import { SERVICE_TEST_TIMEOUT_MS, runTollgate, startService, type Finished } from '../support/service.ts';

const freePorts = ['--grpc-port', '0', '--http-port', '0', '--api-port', '0'];

function messagesOf({ stderr }: Finished): string[] {
  return stderr
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { msg: string }).msg);
}

/** `fetch` does not let its Host be chosen. */
function statusWith(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    http.get(url, { headers }, (response) => resolve(response.resume().statusCode)).on('error', reject);
  });
}

describe('tollgate serve', { timeout: SERVICE_TEST_TIMEOUT_MS }, () => {
  it('prints the ready line and nothing else, logs JSON, answers, and ends with 0 on SIGTERM', async () => {
    await using place = await makeTestPlace('embedded');
    await using service = await startService({ args: ['--data-dir', place.dataDir] });
    expect((await fetch(`${service.api}/healthz`)).status).toBe(200);
    expect((await fetch(`${service.api}/readyz`)).status).toBe(200);
    await fetch(`${service.http}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    await fetch(`${service.http}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(await service.stop()).toBe(0);
    expect(service.output).toHaveLength(1);
    const messages = service.log.map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages.filter((message) => message.startsWith('metrics are answered'))).toHaveLength(1);
    expect(messages.at(-1)).toBe('stopped');
    expect(fs.existsSync(path.join(place.dataDir, 'control.sock'))).toBe(false);
  });

  it('finishes what it took when it is stopped under load: all that was acknowledged is there after', async () => {
    await using place = await makeTestPlace('embedded');
    const args = ['--data-dir', place.dataDir];
    const load = createLoad(7);
    await using first = await startService({ args });
    let isStopped = false;
    const running = load.run(first.http, () => isStopped);
    while (load.acknowledged.size < 100) await delay(5);
    const askedAtMs = performance.now();
    expect(await first.stop()).toBe(0);
    expect(performance.now() - askedAtMs).toBeLessThan(10_000);
    isStopped = true;
    await running;
    await using second = await startService({ args });
    const stored = (await getAllCalls(second.api)).map((call) => call.span_id);
    // Nothing was cut off, so nothing is there that was not acknowledged.
    expect(stored.sort()).toEqual([...load.acknowledged.keys()].sort());
  });

  it('refuses an address that others can reach while there is no API key, and takes it when there is one', async () => {
    await using place = await makeTestPlace('embedded');
    const args = ['--data-dir', place.dataDir, '--host', '0.0.0.0'];
    const refused = await runTollgate(['serve', ...args, ...freePorts]);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(messagesOf(refused)).toEqual([expect.stringMatching(/^Listening on 0\.0\.0\.0.* needs an API key/)]);
    await runTollgate(['keys', 'create', '--data-dir', place.dataDir, '--tenant', 'acme', '--scope', 'query']);
    await using service = await startService({ args });
    expect((await fetch(`${service.api.replace('0.0.0.0', '127.0.0.1')}/api/v1/costs`)).status).toBe(401);
  });

  it('lets no web page and no foreign name in while there is no API key', async () => {
    await using place = await makeTestPlace('embedded');
    await using service = await startService({ args: ['--data-dir', place.dataDir] });
    for (const url of [`${service.api}/api/v1/costs`, `${service.api}/metrics`]) {
      expect(await statusWith(url, { host: 'localhost:1' })).toBe(200);
      expect(await statusWith(url, { host: 'rebound.example.com' })).toBe(403);
      expect(await statusWith(url, { origin: 'https://example.com' })).toBe(403);
    }
    expect((await postCalls(service.http, [makeCall()], { origin: 'https://example.com' })).status).toBe(403);
    expect((await postCalls(service.http, [makeCall()], { origin: 'http://localhost:3000' })).status).toBe(200);
  });
});

describe('tollgate serve refuses in one line and exits with 1', { timeout: SERVICE_TEST_TIMEOUT_MS }, () => {
  it('a data directory that another process has', async () => {
    await using place = await makeTestPlace('embedded');
    await using service = await startService({ args: ['--data-dir', place.dataDir] });
    const second = await runTollgate(['serve', '--data-dir', place.dataDir, ...freePorts]);
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(messagesOf(second)).toEqual([expect.stringContaining(`is in use by process ${service.pid}`)]);
  });

  it.each(['grpc', 'http', 'api'])('a %s port that is taken', async (name) => {
    await using place = await makeTestPlace('embedded');
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    const args = ['--data-dir', place.dataDir, ...freePorts, `--${name}-port`, String(port)];
    const refused = await runTollgate(['serve', ...args]);
    server.close();
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(messagesOf(refused).filter((message) => !message.startsWith('Server listening'))).toEqual([
      `Port ${port} on 127.0.0.1 (${name}) cannot be listened on: another process has it. --${name}-port chooses another, 0 a free one.`,
    ]);
  });

  it('a data directory that cannot be made', async () => {
    const refused = await runTollgate(['serve', '--data-dir', '/dev/null/tollgate', ...freePorts]);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(messagesOf(refused)).toEqual([expect.stringContaining('cannot be written in (ENOTDIR)')]);
  });

  it('a PostgreSQL that does not answer', async () => {
    await using place = await makeTestPlace('embedded');
    const env = { DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/d' };
    const refused = await runTollgate(['serve', '--data-dir', place.dataDir, ...freePorts], env);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(messagesOf(refused)).toEqual([expect.stringContaining('The store cannot be reached')]);
    expect(refused.stderr).not.toContain('hunter2');
  });

  it('a configuration with problems, each in a line', async () => {
    const refused = await runTollgate(['serve', '--http-port', 'x'], {
      TOLLGATE_API_PORT: '-1',
      TOLLGATE_FORWARD_ENDPOINT: 'ftp://a?key=hunter2',
    });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(messagesOf(refused)).toEqual([
      '--http-port: http_port: expected a whole number from 0 to 65535, found "x"',
      'TOLLGATE_API_PORT: api_port: expected a whole number from 0 to 65535, found "-1"',
      'TOLLGATE_FORWARD_ENDPOINT: forward.endpoint: expected an http or https URL of at most 2048 characters without a name or password in it, found a text of 19 characters',
    ]);
  });
});

describe('the other commands', { timeout: SERVICE_TEST_TIMEOUT_MS }, () => {
  it('check-config prints every problem with its path and exits with 1, or says that there is none', async () => {
    await using place = await makeTestPlace('embedded');
    const file = path.join(place.dataDir, 'tollgate.yaml');
    fs.writeFileSync(file, 'http_port: none\nlimits: { body_bytes: 1 }\n');
    const bad = await runTollgate(['check-config', file]);
    expect(bad).toEqual({
      code: 1,
      stdout:
        `${file}: http_port: expected a whole number from 0 to 65535, found "none"\n` +
        `${file}: limits.body_bytes: expected a whole number from 1024 to 268435456, found 1\n`,
      stderr: '',
    });
    fs.writeFileSync(file, 'http_port: 4318\n');
    expect(await runTollgate(['check-config', file])).toEqual({
      code: 0,
      stdout: `${file}: no problems\n`,
      stderr: '',
    });
  });

  it('--version prints the version, --help the commands, and what is misspelt is refused', async () => {
    const { version } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as { version: string };
    expect(await runTollgate(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    const help = await runTollgate(['--help']);
    expect(help.code).toBe(0);
    for (const name of ['serve', 'check-config', 'keys', 'audit', 'grafana-role'])
      expect(help.stdout).toContain(`  ${name} `);
    const unknown = await runTollgate(['serv']);
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toContain("unknown command 'serv'");
  });
});
