import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkConfigFile, describeProblem, readConfig, type Config, type Flags } from '../../processor/config.ts';

let directory = '';
beforeAll(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'tollgate-config-'));
});
afterAll(() => fs.rmSync(directory, { recursive: true }));

let files = 0;
function write(text: string): string {
  files += 1;
  const file = path.join(directory, `${files}.yaml`);
  fs.writeFileSync(file, text);
  return file;
}

function accept(flags: Flags, env: Record<string, string>): Config {
  const result = readConfig(flags, env);
  if (!result.ok) throw new Error(result.problems.map(describeProblem).join('\n'));
  return result.config;
}

function problemsOf(flags: Flags, env: Record<string, string> = {}): string[] {
  const result = readConfig(flags, env);
  return result.ok ? [] : result.problems.map(describeProblem);
}

describe('the configuration', () => {
  it('has a default for everything', () => {
    expect(accept({}, {})).toEqual({
      databaseUrl: null,
      dataDir: path.resolve('.tollgate'),
      host: '127.0.0.1',
      grpcPort: 4317,
      httpPort: 4318,
      apiPort: 4319,
      logLevel: 'info',
      tls: null,
      retentionDays: 400,
      settleDelayMs: 60_000,
      shutdownDelayMs: 0,
      limits: { bodyBytes: 20 * 1024 * 1024 },
      sources: [],
      budgets: [],
      rules: [],
      prices: [],
      pricing: { azureZone: 'global', bedrockRegion: 'regional', vertexLocation: 'global' },
      callback: null,
      alertEndpoints: [],
      forward: null,
    });
  });

  it('takes a flag before the environment and the environment before the file', () => {
    const config = write('grpc_port: 1\nhttp_port: 1\napi_port: 1\n');
    const env = { TOLLGATE_CONFIG: config, TOLLGATE_GRPC_PORT: '2', TOLLGATE_HTTP_PORT: '2' };
    const { grpcPort, httpPort, apiPort } = accept({ grpc_port: '3' }, env);
    expect([grpcPort, httpPort, apiPort]).toEqual([3, 2, 1]);
  });

  it('takes an empty variable for an absent one', () => {
    expect(accept({}, { DATABASE_URL: '', TOLLGATE_HTTP_PORT: '' })).toMatchObject({
      databaseUrl: null,
      httpPort: 4318,
    });
  });

  it('puts variables into the values of the file, never into its structure', () => {
    const config = write(
      'database_url: "postgres://t:${PASSWORD}@db/tollgate"\nhttp_port: ${PORT}\ndata_dir: ${DIR}\n',
    );
    const read = accept({ config }, { PASSWORD: 'p', PORT: '0', DIR: 'x\nhost: 0.0.0.0' });
    expect(read).toMatchObject({ databaseUrl: 'postgres://t:p@db/tollgate', httpPort: 0, host: '127.0.0.1' });
    expect(path.basename(read.dataDir)).toBe('x\nhost: 0.0.0.0');
  });

  it('names a missing variable', () => {
    const config = write('data_dir: /srv/${NOWHERE}\n');
    expect(problemsOf({ config })).toEqual([
      `${config}: data_dir: expected the environment variable NOWHERE to be set, found "\${NOWHERE}"`,
    ]);
  });

  it('reports every problem at once, each with its source, path, what was found and what was expected', () => {
    const config = write('grpc_port: 65536\nretention_days: soon\nlimits: { body_bytes: 12, depth: 3 }\ncolour: red\n');
    expect(problemsOf({ config, host: 'a b' }, { TOLLGATE_API_PORT: '-1' })).toEqual([
      '--host: host: expected an address or host name without port, such as 127.0.0.1, found "a b"',
      `${config}: grpc_port: expected a whole number from 0 to 65535, found 65536`,
      'TOLLGATE_API_PORT: api_port: expected a whole number from 0 to 65535, found "-1"',
      `${config}: retention_days: expected a whole number from 1 to 3650, found "soon"`,
      `${config}: limits.body_bytes: expected a whole number from 1024 to 268435456, found 12`,
      `${config}: limits.depth: expected one of the keys body_bytes, found the unknown key "depth"`,
      `${config}: colour: expected one of the keys database_url, data_dir, host, grpc_port, http_port, api_port, log_level, tls, retention_days, settle_delay_ms, shutdown_delay_ms, limits, sources, budgets, rules, prices, pricing, callback, webhooks, email, forward, found the unknown key "colour"`,
    ]);
  });

  it('takes the limits themselves and refuses what is one beyond', () => {
    expect(problemsOf({ grpc_port: '0', http_port: '65535', retention_days: '1' })).toEqual([]);
    expect(problemsOf({ http_port: '65536' })).toHaveLength(1);
    expect(problemsOf({ retention_days: '0' })).toHaveLength(1);
    expect(problemsOf({ retention_days: '3650' })).toEqual([]);
    expect(problemsOf({ retention_days: '3651' })).toHaveLength(1);
    expect(problemsOf({ settle_delay_ms: '0' })).toEqual([]);
    expect(problemsOf({ settle_delay_ms: '604800000' })).toEqual([]);
    expect(problemsOf({ settle_delay_ms: '604800001' })).toHaveLength(1);
  });

  it('takes what the operator says of emitters, in order, null where nothing is said', () => {
    const config = write(
      [
        'sources:',
        '  - { scope: "acme-*", service: "billing-*", input_includes_cache: false, usage: estimate }',
        '  - { service: "${SERVICE}", output_includes_reasoning: "${INCLUDES}", provider: aws.bedrock }',
      ].join('\n'),
    );
    expect(accept({ config }, { SERVICE: 'web', INCLUDES: 'true' }).sources).toEqual([
      {
        scope: 'acme-*',
        service: 'billing-*',
        inputIncludesCache: false,
        outputIncludesReasoning: null,
        usage: 'estimate',
        provider: null,
      },
      {
        scope: null,
        service: 'web',
        inputIncludesCache: null,
        outputIncludesReasoning: true,
        usage: null,
        provider: 'aws.bedrock',
      },
    ]);
  });

  it('names every problem of every source by its path', () => {
    const config = write(
      [
        'sources:',
        '  - { input_includes_cache: 1, usage: skip, colour: red }',
        '  - { scope: "" }',
        '  - acme',
        '  - { service: web, provider: "open ai" }',
      ].join('\n'),
    );
    expect(problemsOf({ config })).toEqual([
      `${config}: sources.0.input_includes_cache: expected true or false, found 1`,
      `${config}: sources.0.usage: expected one of ignore, container, call, estimate, found "skip"`,
      `${config}: sources.0.colour: expected one of the keys scope, service, input_includes_cache, output_includes_reasoning, usage, provider, found the unknown key "colour"`,
      `${config}: sources.0: expected a scope, a service or both to match, found {"input_includes_cache":1,"usage":"skip","colour":"red"}`,
      `${config}: sources.1.scope: expected a glob on the name of an instrumentation scope, 1 to 256 characters, found ""`,
      `${config}: sources.1: expected something to say of what matches: input_includes_cache, output_includes_reasoning, usage or provider, found {"scope":""}`,
      `${config}: sources.2: expected a mapping with the keys scope, service, input_includes_cache, output_includes_reasoning, usage, provider, found "acme"`,
      `${config}: sources.3.provider: expected the name of a provider, such as openai or aws.bedrock, found "open ai"`,
    ]);
  });

  it('takes 100 sources of globs of 256 characters, and neither 101 nor 257', () => {
    const list = (entries: number, chars: number) =>
      write(`sources:\n${`  - { scope: "${'a'.repeat(chars)}", usage: ignore }\n`.repeat(entries)}`);
    expect(problemsOf({ config: list(100, 256) })).toEqual([]);
    expect(problemsOf({ config: list(1, 257) })).toHaveLength(1);
    const config = list(101, 1);
    expect(problemsOf({ config })[0]).toContain(`${config}: sources: expected at most 100 sources, found [`);
    expect(problemsOf({ config: write('sources: 7\n') })[0]).toContain('sources: expected a list of sources, found 7');
  });

  it('never repeats a database URL, which may hold a password', () => {
    expect(problemsOf({}, { DATABASE_URL: 'mysql://u:hunter2@h/d' })).toEqual([
      'DATABASE_URL: database_url: expected a URL such as postgres://user:password@host:5432/database, found a text of 21 characters',
    ]);
  });

  it('is frozen', () => {
    const config = accept({}, {});
    expect(Object.isFrozen(config) && Object.isFrozen(config.limits)).toBe(true);
  });
});

describe('check-config', () => {
  it('reads the file alone, whatever the environment sets', () => {
    const file = write('http_port: 4318\n');
    expect(checkConfigFile(file, { TOLLGATE_GRPC_PORT: 'broken' })).toEqual([]);
  });

  it.each([
    ['a: [', 'YAML'],
    ['- 1', 'a mapping of settings'],
    ['limits: 5', 'a mapping with the keys body_bytes'],
  ])('answers %j with "expected %s"', (text, expected) => {
    expect(checkConfigFile(write(text), {}).map((problem) => problem.expected)).toEqual([expected]);
  });

  it('takes an empty file', () => {
    expect(checkConfigFile(write('# nothing\n'), {})).toEqual([]);
  });

  it('says that a file is missing', () => {
    const problems = checkConfigFile(path.join(directory, 'none.yaml'), {});
    expect(problems.map(describeProblem)).toEqual([
      `${path.join(directory, 'none.yaml')}: expected a file, found none that can be read (ENOENT)`,
    ]);
  });
});
