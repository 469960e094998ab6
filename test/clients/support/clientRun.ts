import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PRELOAD, makeHome, runApp } from '../../instrumentation/runApp.ts';
import type { PolicyServer } from '../../instrumentation/policyServer.ts';
import { startReceiver } from '../../instrumentation/receiver.ts';
import type { Receiver, RecordedSpan } from '../../instrumentation/receiver.ts';
import { startArrivals } from './arrivals.ts';
import type { RecordedRequest, StandIn } from './standIn.ts';

export type Format = 'cjs' | 'mjs';

export interface ClientApp {
  /** A folder of `test/clients/sets`, and the scenario file in it without its ending. */
  readonly set: string;
  readonly client: string;
  readonly packages: readonly string[];
  readonly startStandIn: () => Promise<StandIn>;
  /** Beside what every run gets. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Makes another file of the application, such as a bundle, and says where it is. */
  readonly build?: (entry: string, format: Format) => string;
  /** Takes out of what was seen what differs from run to run, on its JSON text; times, ids and ports are taken out already. */
  readonly settle?: (json: string) => string;
}

/** What one scenario gave the application: a value, an error, or no end. */
export interface Seen {
  readonly value?: unknown;
  readonly error?: unknown;
  readonly hangs?: string;
  readonly unhandled: readonly unknown[];
}

export interface ClientRun {
  readonly seen: Readonly<Record<string, Seen>>;
  readonly requests: readonly RecordedRequest[];
  /** Whatever the application printed beside what it saw. */
  readonly output: string;
  readonly spans: readonly RecordedSpan[];
  /** The same spans as they came over the wire. */
  readonly exports: Receiver['exports'];
  readonly billed: NonNullable<StandIn['billed']>;
}

const sets = join(import.meta.dirname, '../sets');
export const setDirectory = (set: string): string => join(sets, set);

/** The package that a specifier is of, which may name a part of it: `@scope/name/part`. */
export const packageOf = (specifier: string): string =>
  specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

/** The version that applications of the set get; not every package exports its `package.json`. */
export function installedVersion(set: string, packageName: string): string {
  const places = createRequire(join(setDirectory(set), 'x.js')).resolve.paths(packageName) ?? [];
  const file = places.map((place) => join(place, packageName, 'package.json')).find((path) => existsSync(path));
  if (file === undefined) throw new Error(`${packageName} in set ${set}: expected it installed, found it nowhere`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** An application that requires or imports the packages and runs the scenarios: where node looks for packages, and git does not. */
function writeEntry({ set, client, packages }: ClientApp, format: Format): string {
  const file = join(setDirectory(set), 'node_modules/.entries', `${client}.${format}`);
  const run = '../../../../support/runScenarios.cjs';
  const scenarios = `../../${client}.cjs`;
  const names = packages.map((_name, index) => `package${index}`).join(', ');
  const text =
    format === 'cjs'
      ? [
          ...packages.map((name, index) => `const package${index} = require('${name}');`),
          `void require('${run}')(require('${scenarios}').scenarios(${names}));`,
        ]
      : [
          ...packages.map((name, index) => `import * as package${index} from '${name}';`),
          `import run from '${run}';`,
          `import client from '${scenarios}';`,
          `await run(client.scenarios(${names}));`,
        ];
  mkdirSync(dirname(file), { recursive: true });
  const wanted = `${text.join('\n')}\n`;
  if (!existsSync(file) || readFileSync(file, 'utf8') !== wanted) writeFileSync(file, wanted);
  return file;
}

export interface RunOptions {
  /** The preload's; none: the application alone. */
  readonly nodeArguments?: readonly string[];
  readonly policy?: PolicyServer;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Node forgets to abort a `fetch` whose `Request` was collected in the meantime, alone as with the preload: no run may be large enough. */
const NO_COLLECTION = '--initial-old-space-size=1024';

/** Of `punycode`, which Node says unless the file that requires lies below `node_modules`: an installed preload does, this one does not. */
const NO_PUNYCODE_WARNING = '--disable-warning=DEP0040';

export const preload: RunOptions = { nodeArguments: PRELOAD };

/** One process, with a provider and a receiver of its own. */
export async function runClient(app: ClientApp, format: Format, options: RunOptions = {}): Promise<ClientRun> {
  const [standIn, receiver] = await Promise.all([app.startStandIn(), startReceiver()]);
  const arrivals = await startArrivals(standIn);
  const home = makeHome();
  try {
    const entry = writeEntry(app, format);
    const end = await runApp(app.build?.(entry, format) ?? entry, {
      nodeArguments: [NO_COLLECTION, NO_PUNYCODE_WARNING, ...(options.nodeArguments ?? [])],
      workingDirectory: setDirectory(app.set),
      environment: {
        HOME: home.path,
        TMPDIR: home.path,
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_SERVICE_NAME: 'app-under-test',
        ARRIVALS_URL: arrivals.url,
        ...(options.policy === undefined ? {} : { TOLLGATE_POLICY_URL: options.policy.url }),
        ...standIn.environment,
        ...app.environment,
        ...options.environment,
      },
    });
    const lines = end.stdout.trimEnd().split('\n');
    const json = lines.pop() ?? '';
    if (end.code !== 0 || !json.startsWith('{'))
      throw new Error(`${app.client}.${format}: exit code ${end.code}, signal ${end.signal}\n${end.stderr}${json}`);
    const settle = (text: string): string => settled(app.settle?.(text) ?? text);
    return {
      seen: JSON.parse(settle(json)) as ClientRun['seen'],
      requests: JSON.parse(settle(JSON.stringify(standIn.requests))) as RecordedRequest[],
      output: settle(`${lines.join('\n')}${end.stderr}`).replaceAll(/\(node:\d+\)/g, '(node)'),
      spans: [...receiver.spans],
      exports: [...receiver.exports],
      billed: [...(standIn.billed ?? [])],
    };
  } finally {
    await Promise.all([standIn.close(), receiver.close(), arrivals[Symbol.asyncDispose]()]);
    home.remove();
  }
}

/** Times of creation, ids and loopback ports are the only things two runs may differ in. */
const settled = (json: string): string =>
  json
    .replaceAll(/(\\*"(?:created|created_at|completed_at)\\*":)[\d.]+/g, '$10')
    .replaceAll(/\b(chatcmpl-|resp_|call_|toolu_|rs_|msg_|fc_|ws_|req_)[A-Za-z0-9]{16,}/g, '$1id')
    .replaceAll(/\b(127\.0\.0\.1|localhost):\d{4,5}\b/g, '$1:port');
