import { request as httpRequest } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTestPlace, type TestPlace } from '../support/database.ts';
import { type RunningService, runTollgate, startService } from '../support/service.ts';

let place: TestPlace;
let service: RunningService;
beforeAll(async () => {
  place = await makeTestPlace('embedded');
  service = await startService({ args: ['--data-dir', place.dataDir] });
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** The path as it is written, and any `Host`, which `fetch` would not send. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { hostname, port } = new URL(service.api);
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject).end();
  });
}

const views = [
  'explore',
  'sessions',
  'users',
  'agents',
  'models',
  'runs',
  'traces',
  'calls',
  'budgets',
  'prices',
  'alerts',
  'approvals',
];
const CSP =
  `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; ` +
  `base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'`;

const isGuarded = (answer: Answer): void =>
  expect(answer.headers).toMatchObject({
    'content-security-policy': CSP,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': expect.stringMatching(/^([a-z-]+=\(\), )+[a-z-]+=\(\)$/) as string,
  });

/** The scripts, styles and pictures that the document names. */
const namedIn = (html: string): string[] => [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);

describe('the page', () => {
  it('is one document at / and below every view, asked for again each time', async () => {
    const { body: document } = await ask('/');
    const paths = ['/', '/?period=7d', ...views.flatMap((view) => [`/${view}`, `/${view}/`, `/${view}/a%2Fb/c?x=1`])];
    for (const path of paths) {
      const answer = await ask(path);
      expect([path, answer.status, answer.body.equals(document)]).toEqual([path, 200, true]);
      expect(answer.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
      isGuarded(answer);
    }
  });

  it('names no file but its own, and keeps for good those whose names hold a hash', async () => {
    const named = namedIn((await ask('/')).body.toString());
    expect(named).toEqual(expect.arrayContaining(['/theme.js', '/favicon.svg', expect.stringMatching(/^\/assets\//)]));
    for (const path of named) {
      const answer = await ask(path);
      const isHashed = path.startsWith('/assets/');
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.headers['cache-control']).toBe(isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      isGuarded(answer);
    }
  });

  it('comes as br, gzip or as it is, and each is the same file', async () => {
    const named = namedIn((await ask('/')).body.toString());
    const script = named.find((path) => path.startsWith('/assets/')) ?? '';
    for (const path of ['/', script]) {
      const [plain, gzip, br] = await Promise.all([
        ask(path),
        ask(path, { 'accept-encoding': 'gzip' }),
        ask(path, { 'accept-encoding': 'gzip, deflate, br' }),
      ]);
      const encodings = [plain, gzip, br].map((answer) => answer.headers['content-encoding']);
      expect([path, ...encodings]).toEqual([path, undefined, 'gzip', 'br']);
      expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
      expect(brotliDecompressSync(br.body).equals(plain.body)).toBe(true);
      expect(new Set([plain, gzip, br].map((answer) => answer.headers['etag'])).size).toBe(3);
      for (const answer of [plain, gzip, br]) expect(answer.headers['vary']).toBe('accept-encoding');
    }
  });

  it('is 304 without a body to who has it, and 200 to who has it in another encoding', async () => {
    const { headers } = await ask('/', { 'accept-encoding': 'br' });
    const etag = String(headers['etag']);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await ask('/explore', { 'accept-encoding': 'br', 'if-none-match': known });
      expect([known, answer.status, answer.body.length]).toEqual([known, 304, 0]);
      expect(answer.headers).toMatchObject({ etag, 'cache-control': 'no-cache', vary: 'accept-encoding' });
      expect(answer.headers['content-encoding']).toBe(undefined);
    }
    expect((await ask('/', { 'accept-encoding': 'gzip', 'if-none-match': etag })).status).toBe(200);
    expect((await ask('/', { 'accept-encoding': 'br', 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('answers HEAD as GET without the body, and no other method', async () => {
    for (const path of ['/', '/traces/1', '/theme.js']) {
      const [get, head] = await Promise.all([ask(path), ask(path, {}, 'HEAD')]);
      expect([head.status, head.body.length]).toEqual([200, 0]);
      expect(head.headers).toEqual({ ...get.headers, date: head.headers['date'] });
    }
    for (const method of ['POST', 'PUT', 'DELETE']) expect((await ask('/', {}, method)).status).toBe(404);
  });

  it.each([
    '/index.html',
    '/assets/',
    '/assets/nothing.js',
    '/assets/../index.html',
    '/assets/..%2findex.html',
    '/assets/%2e%2e/index.html',
    '/assets/../../processor/main.js',
    '/assets//theme.js',
    '/assets/__proto__',
    '/theme.js/',
    '/explorer',
    '/package.json',
    '//explore',
  ])('has nothing at %s', async (path) => {
    const answer = await ask(path);
    expect([answer.status, answer.headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
    expect(answer.headers['cache-control']).toBe(undefined);
  });

  it('is not in the description of the API, whose answers are not guessed at either', async () => {
    const { body, headers } = await ask('/openapi.json');
    const paths = Object.keys((JSON.parse(body.toString()) as { paths: object }).paths);
    expect(
      paths.filter((path) => !/^\/(api|policy)\/v1\/|^\/(healthz|readyz|metrics|openapi\.json)$/.test(path)),
    ).toEqual([]);
    expect(headers['x-content-type-options']).toBe('nosniff');
    for (const path of ['/api/v1/costs', '/api/v1/nothing', '/policy/v1/nothing', '/api/v1/users/%zz']) {
      expect((await ask(path)).headers['x-content-type-options']).toBe('nosniff');
    }
  });
});

describe('who may see the page', () => {
  const strangers: Record<string, string>[] = [
    { host: 'rebound.example.com' },
    { host: 'localhost', origin: 'https://example.com' },
    { host: 'localhost', origin: 'null' },
  ];

  it('is whoever names this machine while there is no key, and everybody once there is one', async () => {
    for (const headers of strangers) {
      for (const path of ['/', '/traces/1', '/theme.js', '/assets/nothing.js']) {
        const answer = await ask(path, headers);
        expect([path, answer.status]).toEqual([path, 403]);
        expect(JSON.parse(answer.body.toString())).toMatchObject({ code: 'forbidden_origin' });
        isGuarded(answer);
      }
    }
    expect((await ask('/', { host: 'localhost:4319', origin: 'http://localhost:3000' })).status).toBe(200);

    const made = await runTollgate([
      'keys',
      'create',
      '--tenant',
      'shop',
      '--scope',
      'query',
      '--data-dir',
      place.dataDir,
    ]);
    expect(made.code).toBe(0);
    for (const headers of strangers) expect((await ask('/', headers)).status).toBe(200);
    expect((await ask('/api/v1/costs')).status).toBe(401);
  });
});
