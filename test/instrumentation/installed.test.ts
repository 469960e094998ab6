import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProvider } from '../support/provider/startProvider.ts';
import type { StandInProvider } from '../support/provider/startProvider.ts';
import { startReceiver } from './receiver.ts';
import type { Receiver } from './receiver.ts';
import { environmentFor, makeHome, runApp } from './runApp.ts';

const run = promisify(execFile);
const home = makeHome();
const app = join(home.path, 'app');
let provider: StandInProvider;
let receiver: Receiver;

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
const manifest = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8')) as Manifest;

beforeAll(async () => {
  provider = await startProvider();
  receiver = await startReceiver();
  // Built by the run already; building again would pull the files from under the other tests.
  await run('npm', ['pack', '--ignore-scripts', '--workspace', '@tollgate/node', '--pack-destination', home.path]);
  mkdirSync(app);
  const { devDependencies } = manifest('package.json');
  const sdks = Object.fromEntries(['openai', '@anthropic-ai/sdk'].map((name) => [name, devDependencies[name]]));
  const tarball = readdirSync(home.path).find((name) => name.endsWith('.tgz'));
  writeFileSync(
    join(app, 'package.json'),
    JSON.stringify({ private: true, dependencies: { '@tollgate/node': `file:../${tarball}`, ...sdks } }),
  );
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: app });
  for (const file of ['installed.cjs', 'installed.mjs'])
    copyFileSync(join(import.meta.dirname, 'apps', file), join(app, file));
}, 240_000);

afterAll(async () => {
  await provider.close();
  await receiver.close();
  home.remove();
});

describe('@tollgate/node, packed and installed into another application', () => {
  it('brings types and compiled files, and no sources', () => {
    const root = join(app, 'node_modules/@tollgate/node');
    expect(readdirSync(root).toSorted()).toEqual(['dist', 'package.json']);
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([]);
    expect(files).toContain(join('dist', 'instrumentation', 'index.d.ts'));
  });

  it('brings nothing of the service', () => {
    const service = Object.keys(manifest('package.json').dependencies);
    expect(service).toContain('fastify');
    expect(service.filter((name) => existsSync(join(app, 'node_modules', name)))).toEqual([]);
  });

  it.each(
    ['--require', '--import'].flatMap((flag) =>
      ['installed.cjs', 'installed.mjs'].map((file) => [flag, file] as const),
    ),
  )('records the calls of both SDKs with %s in %s, and prints nothing', async (flag, file) => {
    receiver.spans.length = 0;
    const end = await runApp(file, {
      nodeArguments: [flag, '@tollgate/node/register'],
      workingDirectory: app,
      environment: environmentFor(provider.url, receiver.url, home.path),
    });
    expect({ code: end.code, stderr: end.stderr }).toEqual({ code: 0, stderr: '' });
    expect(
      receiver.spans.map(({ name, attributes }) => [
        name,
        attributes['user.id'],
        attributes['gen_ai.usage.output_tokens'],
      ]),
    ).toEqual([
      ['chat gpt', 'u1', 16],
      ['chat claude', 'u1', 9],
    ]);
  });
});
