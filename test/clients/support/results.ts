import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

/** What the tests found of one client, by Node major: a row of `docs/clients.md`. */
export interface ClientResults {
  /** As installed, `name version`. */
  readonly packages: readonly string[];
  /** The first Node major the client runs on. */
  readonly nodeMin: number;
  /** Scenario to Node major to what was found. */
  readonly scenarios: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Why the client has no such call shape. */
  readonly reasons: Readonly<Record<string, string>>;
  /** Why the gate cannot refuse a scenario. */
  readonly ungated: Readonly<Record<string, string>>;
}

export const resultsDirectory = join(import.meta.dirname, '../results');
export const nodeMajor = Number(process.versions.node.split('.')[0]);

export const readResults = (file: string): ClientResults =>
  JSON.parse(readFileSync(join(resultsDirectory, file), 'utf8')) as ClientResults;

/** Compares what this Node found with what is written; other Nodes' results stay. `npm run docs:clients` writes them. */
export async function matchResults(
  id: string,
  found: Omit<ClientResults, 'scenarios'> & { readonly outcomes: Readonly<Record<string, string>> },
): Promise<void> {
  const { outcomes, ...rest } = found;
  const file = `${id}.json`;
  const before = existsSync(join(resultsDirectory, file)) ? readResults(file).scenarios : {};
  const scenarios = Object.fromEntries(
    Object.entries(outcomes).map(([name, outcome]) => [name, { ...before[name], [nodeMajor]: outcome }]),
  );
  const { packages, nodeMin, reasons, ungated } = rest;
  const results: ClientResults = { packages, nodeMin, scenarios, reasons, ungated };
  await expect(`${JSON.stringify(results, null, 2)}\n`).toMatchFileSnapshot(join(resultsDirectory, file));
}
