import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReceiver } from './receiver.ts';
import type { Receiver } from './receiver.ts';
import { makeHome, runApp } from './runApp.ts';

const register = join(import.meta.dirname, '../../instrumentation/dist/instrumentation/register.cjs');

/** As much of a client as the patch needs. */
const client = `
class Base {
  baseURL = 'https://api.openai.com/v1';
  post(path, options) { return this.makeRequest(Promise.resolve(options).then((all) => ({ path, ...all }))); }
  async makeRequest(options) { return (await options).body.model; }
}
`;
const loaded: Readonly<Record<string, { readonly file: string; readonly ending: string; readonly app: string }>> = {
  CommonJS: { file: 'index.js', ending: 'exports.OpenAI = class OpenAI extends Base {};', app: 'app.cjs' },
  'an ES module': { file: 'index.mjs', ending: 'export class OpenAI extends Base {}', app: 'app.mjs' },
};
const asking = `for (const _ of [1, 2]) void new OpenAI().post('/chat/completions', { body: { model: 'm' } }).then(console.log);`;

describe('a client of a version that no test runs', () => {
  let receiver: Receiver;
  const home = makeHome();

  beforeAll(async () => {
    receiver = await startReceiver();
    const directory = join(home.path, 'node_modules/openai');
    mkdirSync(directory, { recursive: true });
    const exported = { '.': { import: './index.mjs', require: './index.js' } };
    writeFileSync(
      join(directory, 'package.json'),
      JSON.stringify({ name: 'openai', version: '99.1.0', exports: exported }),
    );
    for (const { file, ending } of Object.values(loaded)) writeFileSync(join(directory, file), client + ending);
    writeFileSync(join(home.path, 'app.cjs'), `const { OpenAI } = require('openai');\n${asking}`);
    writeFileSync(join(home.path, 'app.mjs'), `import { OpenAI } from 'openai';\n${asking}`);
  });

  afterAll(async () => {
    await receiver.close();
    home.remove();
  });

  it.each(Object.entries(loaded))('is told of in one line and recorded by its shape: %s', async (_name, { app }) => {
    receiver.spans.length = 0;
    const end = await runApp(app, {
      nodeArguments: ['--require', register],
      workingDirectory: home.path,
      environment: { HOME: home.path, TMPDIR: home.path, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
    });
    expect(end).toMatchObject({
      code: 0,
      stdout: 'm\nm\n',
      stderr:
        'tollgate: openai 99.1.0 is none of the tested versions (4.x, 5.x, 6.x, 7.x); it is watched by its shape\n',
    });
    expect(receiver.spans.map(({ name }) => name)).toEqual(['chat m', 'chat m']);
  });
});
