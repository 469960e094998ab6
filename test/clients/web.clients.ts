import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startReceiver } from '../instrumentation/receiver.ts';
import type { Receiver, RecordedSpan } from '../instrumentation/receiver.ts';
import { PRELOAD, environmentFor, makeHome } from '../instrumentation/runApp.ts';
import { startProvider } from '../support/provider/startProvider.ts';
import type { StandInProvider } from '../support/provider/startProvider.ts';

const set = join(import.meta.dirname, 'sets/web');
const nextCommand = join(import.meta.dirname, 'node_modules/next/dist/bin/next');
const nextDirectory = join(set, 'next');
/** Next's compiler and server speak with their makers otherwise. */
const quietNext = { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' };

const SPANS_WAIT_MS = 20_000;
const USERS = 6;
const REQUESTS_PER_USER = 4;
/** Fewer connections than requests: each serves several users, one after the other. */
const CONNECTIONS = 5;

let provider: StandInProvider;
let receiver: Receiver;
let child: ChildProcess | null = null;
const home = makeHome();

beforeAll(async () => {
  provider = await startProvider();
  receiver = await startReceiver();
});

afterEach(async () => {
  await end();
  receiver.spans.length = 0;
  provider.requests.length = 0;
});

afterAll(async () => {
  await provider.close();
  await receiver.close();
  home.remove();
});

/** Starts the server and waits for the line that says where it listens. */
function serve(commandLine: readonly string[]): Promise<string> {
  const environment = { ...environmentFor(provider.url, receiver.url, home.path), OTEL_BSP_SCHEDULE_DELAY: '50' };
  const server = spawn(process.execPath, [...PRELOAD, ...commandLine], {
    cwd: set,
    env: { PATH: process.env['PATH'], ...environment, ...quietNext },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = server;
  let printed = '';
  return new Promise((resolve, reject) => {
    const read = (text: string): void => {
      printed += text;
      const url = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(printed)?.[0];
      if (url !== undefined) resolve(url.replace('localhost', '127.0.0.1'));
    };
    server.stdout.setEncoding('utf8').on('data', read);
    server.stderr.setEncoding('utf8').on('data', read);
    server.on('error', reject);
    server.on('close', (code) => reject(new Error(`the server ended with ${code}: ${printed}`)));
  });
}

async function end(): Promise<void> {
  const server = child;
  child = null;
  if (server === null || server.exitCode !== null) return;
  const closed = new Promise((resolve) => server.once('close', resolve));
  server.kill('SIGTERM');
  await closed;
}

const connections = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

/** Asks as a user, or as nobody; the model says who, so that each span tells whose request made it. */
function ask(url: string, path: string, user: string | null): Promise<number> {
  const headers = user === null ? {} : { 'x-user': user, 'x-session': `session-of-${user}` };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${url}${path}`,
      { method: 'POST', agent: connections, headers: { 'content-type': 'application/json', ...headers } },
      (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)),
    );
    outgoing.on('error', reject).end(JSON.stringify({ model: `m-${user ?? 'nobody'}` }));
  });
}

const askers = [null, ...Array.from({ length: USERS }, (_, index) => `u${index}`)];
const rounds = Array.from({ length: REQUESTS_PER_USER }, () => askers).flat();

async function callSpans(count: number): Promise<RecordedSpan[]> {
  const calls = (): RecordedSpan[] =>
    receiver.spans.filter(({ attributes }) => textOf(attributes['gen_ai.request.model']).startsWith('m-'));
  for (let waited = 0; calls().length < count && waited < SPANS_WAIT_MS; waited += 25) await wait(25);
  return calls();
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '-');

/** How many spans each pair of user and session has, by the user whose request made them. */
function owners(spans: readonly RecordedSpan[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { attributes } of spans) {
    const owner = ['gen_ai.request.model', 'user.id', 'gen_ai.conversation.id']
      .map((key) => textOf(attributes[key]))
      .join(' ');
    counts[owner] = (counts[owner] ?? 0) + 1;
  }
  return counts;
}

const eachOwner = (count: number): Record<string, number> =>
  Object.fromEntries(
    askers.map((user) => [user === null ? 'm-nobody - -' : `m-${user} ${user} session-of-${user}`, count]),
  );

/** Two calls a request, all requests at once over few connections. */
async function expectOwnUsers(url: string, path: string): Promise<void> {
  const statuses = await Promise.all(rounds.map((user) => ask(url, path, user)));
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(owners(await callSpans(rounds.length * 2))).toEqual(eachOwner(REQUESTS_PER_USER * 2));
}

describe.each(['express.cjs', 'fastify.cjs'])('%s with one line', (file) => {
  it('gives every call of a request its user and session, among concurrent requests of several users', async () => {
    await expectOwnUsers(await serve([file]), '/ask');
  });

  it('gives them to calls made while a streamed answer is being sent', async () => {
    await expectOwnUsers(await serve([file]), '/stream');
  });
});

describe('a production build of Next with one line a route', () => {
  beforeAll(async () => {
    // 11 s on two cores: the one build of these tests.
    await promisify(execFile)(process.execPath, [nextCommand, 'build', nextDirectory], {
      env: { PATH: process.env['PATH'], HOME: home.path, ...quietNext },
    });
  });

  const start = [nextCommand, 'start', nextDirectory, '--hostname', '127.0.0.1', '--port', '0'];

  it('gives every call of a request its user and session, among concurrent requests of several users', async () => {
    await expectOwnUsers(await serve(start), '/api/ask');
  });

  it('gives them to calls made while a streamed answer is being sent', async () => {
    await expectOwnUsers(await serve(start), '/api/stream');
  });
});
