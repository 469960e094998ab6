import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeProblem, readConfig } from '../../processor/config.ts';
import type { ForwardConfig } from '../../processor/forwardConfig.ts';

let directory = '';
beforeAll(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'tollgate-forward-config-'));
});
afterAll(() => fs.rmSync(directory, { recursive: true }));

let files = 0;
function write(text: string): string {
  files += 1;
  const file = path.join(directory, `${files}.yaml`);
  fs.writeFileSync(file, text);
  return file;
}

function read(yaml: string, env: Record<string, string> = {}): ForwardConfig | null {
  const result = readConfig({ config: write(yaml) }, env);
  if (!result.ok) throw new Error(result.problems.map(describeProblem).join('\n'));
  return result.config.forward;
}

/** Without the file's name. */
function problems(yaml: string, env: Record<string, string> = {}): string[] {
  const file = write(yaml);
  const result = readConfig({ config: file }, env);
  return result.ok ? [] : result.problems.map(describeProblem).map((problem) => problem.replace(`${file}: `, ''));
}

const defaults: ForwardConfig = {
  endpoint: 'http://127.0.0.1:14318',
  protocol: 'http/protobuf',
  headers: {},
  compression: 'gzip',
  timeoutMs: 10_000,
  connections: 4,
  queueBytes: 1_073_741_824,
  tls: { caFile: null, certFile: null, keyFile: null },
};

describe('the configuration of forwarding', () => {
  it('is absent unless an endpoint is given, by the file, the environment or a flag', () => {
    expect(read('')).toBeNull();
    expect(read('forward: { endpoint: "http://127.0.0.1:14318" }')).toEqual(defaults);
    expect(read('', { TOLLGATE_FORWARD_ENDPOINT: 'http://127.0.0.1:14318' })).toEqual(defaults);
    const flagged = readConfig({ 'forward.endpoint': 'http://127.0.0.1:14318' }, {});
    expect(flagged.ok && flagged.config.forward).toEqual(defaults);
  });

  it('takes all keys, secrets from the environment among them', () => {
    const yaml = [
      'forward:',
      '  endpoint: https://collector.example.com:4317',
      '  protocol: grpc',
      '  headers: { X-Api-Key: "${BACKEND_KEY}" }',
      '  compression: none',
      '  timeout_ms: 1',
      '  connections: 64',
      '  queue_bytes: 1048576',
      '  tls: { ca_file: ca.pem, cert_file: cert.pem, key_file: key.pem }',
    ].join('\n');
    expect(read(yaml, { BACKEND_KEY: 'hunter2' })).toEqual({
      endpoint: 'https://collector.example.com:4317',
      protocol: 'grpc',
      headers: { 'X-Api-Key': 'hunter2' },
      compression: 'none',
      timeoutMs: 1,
      connections: 64,
      queueBytes: 1_048_576,
      tls: { caFile: 'ca.pem', certFile: 'cert.pem', keyFile: 'key.pem' },
    });
  });

  it('takes the endpoint of the environment before the one of the file, and the other keys of the file', () => {
    const yaml = 'forward: { endpoint: "http://file", connections: 2 }';
    expect(read(yaml, { TOLLGATE_FORWARD_ENDPOINT: 'http://environment' })).toEqual({
      ...defaults,
      endpoint: 'http://environment',
      connections: 2,
    });
  });

  it('refuses keys that would do nothing without an endpoint', () => {
    expect(problems('forward: { connections: 2 }')).toEqual([
      'forward.endpoint: expected an http or https URL of at most 2048 characters without a name or password in it, found nothing',
    ]);
  });

  it('names every problem, and repeats neither an address nor a header', () => {
    const yaml = [
      'forward:',
      '  endpoint: https://user:hunter2@example.com',
      '  protocol: http/json',
      '  headers: { Authorization: "hunter2\\n", content-type: text/plain, "a b": c, Ok: 7 }',
      '  compression: zstd',
      '  connections: 65',
      '  queue_bytes: 1048575',
      '  tls: { key_file: key.pem }',
      '  retries: 3',
    ].join('\n');
    const header = 'a text of at most 8192 printable ASCII characters';
    const name = 'the name of a header that OTLP does not set itself';
    expect(problems(yaml)).toEqual([
      'forward.endpoint: expected an http or https URL of at most 2048 characters without a name or password in it, found a text of 32 characters',
      'forward.protocol: expected one of http/protobuf, grpc, found "http/json"',
      `forward.headers.Authorization: expected ${header}, found a text of 8 characters`,
      `forward.headers.content-type: expected ${name}, found a text of 10 characters`,
      `forward.headers.a b: expected ${name}, found a text of 1 characters`,
      `forward.headers.Ok: expected ${header}, found a number`,
      'forward.compression: expected one of gzip, none, found "zstd"',
      'forward.connections: expected a whole number from 1 to 64, found 65',
      'forward.queue_bytes: expected a whole number from 1048576 to 1099511627776, found 1048575',
      'forward.tls: expected cert_file and key_file together, found {"key_file":"key.pem"}',
      expect.stringMatching(
        /^forward\.retries: expected one of the keys endpoint, .*, found the unknown key "retries"$/,
      ),
    ]);
    expect(problems(yaml).join('\n')).not.toContain('hunter2');
  });

  it('refuses an address on which the service itself takes spans', () => {
    const back = [
      'forward.endpoint: expected another address than this service takes spans on: they would go round for ever, found a text of 21 characters',
    ];
    expect(problems('forward: { endpoint: "http://localhost:4318" }')).toEqual(back);
    expect(problems('forward: { endpoint: "http://127.0.0.1:4317" }')).toEqual(back);
    expect(problems('forward: { endpoint: "http://localhost:4318" }\nhttp_port: 14318')).toEqual([]);
    expect(problems('forward: { endpoint: "http://localhost:4319" }')).toEqual([]);
  });

  it('never repeats what stands where a mapping is expected', () => {
    expect(problems('forward: hunter2').join('\n')).toMatch(
      /^forward: expected a mapping .*, found a text of 7 characters$/,
    );
    expect(problems('forward: { endpoint: "http://a", headers: hunter2 }')).toEqual([
      'forward.headers: expected a mapping of at most 50 names to texts, found a text of 7 characters',
    ]);
  });
});
