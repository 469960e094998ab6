import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { preload } from '../support/clientRun.ts';
import type { ClientApp, RunOptions } from '../support/clientRun.ts';
import { standardStandIn } from '../support/standIn.ts';

const others = join(import.meta.dirname, '../../../bench/instrumentations');

/** One instrumentation, as an application starts with it. */
export interface Instrumentation {
  readonly title: string;
  readonly run: RunOptions;
  /** The SDKs it is made for. */
  readonly clients: readonly ('openai' | 'anthropic')[];
}

const versionOf = (packageName: string): string => {
  const file = join(others, 'node_modules', packageName, 'package.json');
  if (!existsSync(file)) throw new Error(`${packageName}: expected it in bench/instrumentations, run npm ci there`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
};

const other = (
  name: string,
  packageName: string,
  title: string,
  clients: Instrumentation['clients'] = ['openai', 'anthropic'],
): Instrumentation => ({
  title: `${title}<br>${versionOf(packageName)}`,
  run: { nodeArguments: ['--require', join(others, 'setup.cjs')], environment: { INSTRUMENTATION: name } },
  clients,
});

const { version } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../instrumentation/package.json'), 'utf8'),
) as { version: string };

export const instrumentations: readonly Instrumentation[] = [
  { title: `@tollgate/node<br>${version}`, run: preload, clients: ['openai', 'anthropic'] },
  other('contrib', '@opentelemetry/instrumentation-openai', 'OpenTelemetry contrib', ['openai']),
  other('traceloop', '@traceloop/instrumentation-openai', 'OpenLLMetry (Traceloop)'),
  other('openinference', '@arizeai/openinference-instrumentation-openai', 'OpenInference (Arize)'),
  other('openlit', 'openlit', 'OpenLIT'),
  other('langfuse', '@langfuse/openai', 'Langfuse', ['openai']),
  {
    title: "the SDK's own tracing",
    run: { ...other('anthropic-sdk', 'openlit', '').run },
    clients: ['anthropic'],
  },
];

/** The applications of `npm run test:clients`, with the same scenarios. */
export const subjects: readonly (ClientApp & { readonly client: 'openai' | 'anthropic' })[] = [
  { set: 'openai6', client: 'openai', packages: ['openai'], startStandIn: standardStandIn },
  { set: 'openai7', client: 'openai', packages: ['openai'], startStandIn: standardStandIn },
  { set: 'anthropic1', client: 'anthropic', packages: ['@anthropic-ai/sdk'], startStandIn: standardStandIn },
];
