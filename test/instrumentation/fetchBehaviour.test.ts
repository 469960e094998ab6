import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFetchServer } from './fetchServer.ts';
import type { FetchServer } from './fetchServer.ts';
import { startPolicyServer } from './policyServer.ts';
import type { PolicyServer } from './policyServer.ts';
import { startReceiver } from './receiver.ts';
import type { Receiver } from './receiver.ts';
import { PRELOAD, environmentFor, makeHome, runApp } from './runApp.ts';

interface Run {
  readonly seen: Readonly<Record<string, unknown>>;
  readonly requests: FetchServer['requests'];
  readonly stderr: string;
}

let server: FetchServer;
let receiver: Receiver;
let policy: PolicyServer;
const home = makeHome();

beforeAll(async () => {
  [server, receiver, policy] = await Promise.all([startFetchServer(), startReceiver(), startPolicyServer()]);
});

afterAll(async () => {
  await Promise.all([server.close(), receiver.close(), policy.close()]);
  home.remove();
});

async function run(nodeArguments: readonly string[], added: Readonly<Record<string, string>> = {}): Promise<Run> {
  server.requests.length = 0;
  const environment = { ...environmentFor(server.url, receiver.url, home.path), ...added };
  const end = await runApp('fetchScenarios.cjs', { nodeArguments: ['--expose-gc', ...nodeArguments], environment });
  expect({ code: end.code, stderr: end.stdout === '' ? end.stderr : '' }).toEqual({ code: 0, stderr: '' });
  return {
    seen: JSON.parse(end.stdout) as Run['seen'],
    requests: [...server.requests],
    stderr: end.stderr.replaceAll(/\(node:\d+\)/g, '(node)'),
  };
}

describe('an application that sends by fetch', () => {
  let plain: Run;
  let preloaded: Run;
  let gated: Run;

  beforeAll(async () => {
    plain = await run([]);
    preloaded = await run(PRELOAD);
    gated = await run(PRELOAD, { TOLLGATE_POLICY_URL: policy.url });
  });

  it.each([
    ['the preload', () => preloaded],
    ['a gate that reserves for every call', () => gated],
  ])('sees with %s what it sees without: values, pieces, looks, errors, unhandled rejections', (_what, other) => {
    expect(Object.keys(plain.seen).length).toBeGreaterThan(55);
    for (const [name, seen] of Object.entries(plain.seen)) {
      expect({ name, seen: other().seen[name] }).toEqual({ name, seen });
    }
  });

  it('sends what it sends without, to the byte, and is told nothing on stderr', () => {
    const sent = ({ requests, stderr }: Run): object => ({ requests, stderr });
    expect(sent(preloaded)).toEqual(sent(plain));
    expect(sent(gated)).toEqual(sent(plain));
  });
});
