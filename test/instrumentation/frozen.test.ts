import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startProvider } from '../support/provider/startProvider.ts';
import type { StandInProvider } from '../support/provider/startProvider.ts';
import { startPolicyServer } from './policyServer.ts';
import type { PolicyServer } from './policyServer.ts';
import { startReceiver } from './receiver.ts';
import type { Receiver } from './receiver.ts';
import { PRELOAD, environmentFor, makeHome } from './runApp.ts';

let provider: StandInProvider;
let receiver: Receiver;
let policy: PolicyServer;
let platform: Platform;
let home: ReturnType<typeof makeHome>;

beforeEach(async () => {
  [provider, receiver, policy, platform] = await Promise.all([
    startProvider(),
    startReceiver(),
    startPolicyServer(),
    startPlatform(),
  ]);
  home = makeHome();
});

afterEach(async () => {
  platform.child?.kill('SIGKILL');
  await Promise.all([provider.close(), receiver.close(), policy.close(), platform.close()]);
  home.remove();
});

interface Platform {
  readonly url: string;
  child: ChildProcess | null;
  /** Thaws the function, has it answer, and freezes it the moment it has. */
  invoke(event: object): Promise<unknown>;
  close(): Promise<void>;
}

/** The runtime interface of AWS Lambda, as far as a function needs it. */
async function startPlatform(): Promise<Platform> {
  let asking: (next: ServerResponse) => void = () => undefined;
  let asked = new Promise<ServerResponse>((resolve) => (asking = resolve));
  let answering: (result: unknown) => void = () => undefined;
  let count = 0;
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/next') === true) {
      asking(response);
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      platformOf.child?.kill('SIGSTOP');
      asked = new Promise((resolve) => (asking = resolve));
      response.writeHead(202).end();
      answering(JSON.parse(Buffer.concat(chunks).toString()));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const platformOf: Platform = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    child: null,
    async invoke(event) {
      platformOf.child?.kill('SIGCONT');
      const next = await asked;
      count += 1;
      const answered = new Promise((resolve) => (answering = resolve));
      next.setHeader('lambda-runtime-aws-request-id', String(count));
      next.end(JSON.stringify(event));
      return answered;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return platformOf;
}

it('a function that flushes has each call recorded and settled before it is frozen, whoever hangs up meanwhile', async () => {
  platform.child = spawn(process.execPath, [...PRELOAD, 'function.cjs'], {
    cwd: join(import.meta.dirname, 'apps'),
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      ...environmentFor(provider.url, receiver.url, home.path),
      AWS_LAMBDA_RUNTIME_API: platform.url,
      TOLLGATE_POLICY_URL: policy.url,
      // What is not flushed stays where it is.
      OTEL_BSP_SCHEDULE_DELAY: '3600000',
    },
  });
  const models: string[] = [];
  for (const stream of [false, true, false, true]) {
    const model = `invocation-${models.length}`;
    models.push(model);
    expect(await platform.invoke({ model, stream })).not.toBe('');
    expect(receiver.spans.map(({ attributes }) => attributes['gen_ai.request.model'])).toEqual(models);
    expect(policy.settled).toHaveLength(models.length);
    receiver.dropConnections();
  }
});
