import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configKeys, settings } from '../../processor/configSchema.ts';
import { createTelemetry } from '../../processor/telemetry.ts';
import { errorTable } from '../../src/errors.ts';

/** The cells of every table row whose first cell is a name in backticks, backticks taken off. */
function readRows(page: string): string[][] {
  const lines = fs.readFileSync(new URL(`../../docs/reference/${page}.md`, import.meta.url), 'utf8').split('\n');
  return lines
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}

const sorted = (names: Iterable<string>): string[] => [...names].sort();

describe('the reference', () => {
  it('lists the settings that exist, with their environment variables and flags', () => {
    const documented = readRows('config').map(([key = '', env = '', flag = '']) => [key, env, flag].join(' ').trim());
    const existing = configKeys.map((key) => {
      const setting = settings.find((each) => each.key === key);
      return [key, ...(setting === undefined ? [] : [setting.env, setting.flag.split(' ')[0]])].join(' ');
    });
    expect(sorted(documented)).toEqual(sorted(existing));
  });

  it('lists the error codes that exist, with the statuses they have', () => {
    const documented = readRows('errors').map(([code, status, grpc = '']) => `${code} ${status} ${grpc.split(' ')[0]}`);
    const existing = Object.entries(errorTable).map(([code, { status, grpc }]) => `${code} ${status} ${grpc}`);
    expect(sorted(documented)).toEqual(sorted(existing));
  });

  it('lists the metrics that exist, with their kinds and labels', async () => {
    const metrics = await createTelemetry('1.2.3').registry.getMetricsAsJSON();
    const kinds = new Map(metrics.map(({ name, type }) => [name, String(type)]));
    const documented = readRows('metrics').map(([name, kind]) => `${name} ${kind}`);
    const existing = [...kinds]
      .filter(([name]) => name.startsWith('tollgate_'))
      .map(([name, kind]) => `${name} ${kind}`);
    expect(sorted(documented)).toEqual(sorted(existing));
  });
});

describe('the guide to operating', () => {
  const read = (path: string): string => fs.readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const guide = read('docs/operating.md');
  const rules = read('deploy/prometheus/tollgate.rules.yaml');
  const named = async (): Promise<string[]> =>
    (await createTelemetry('1').registry.getMetricsAsJSON())
      .map(({ name }) => name)
      .filter((name) => name.startsWith('tollgate_'));

  it('says of every metric when to look at it', async () => {
    const rows = guide.split('\n').filter((line) => line.startsWith('| `tollgate_'));
    const documented = rows.flatMap((row) => row.split('|')[1]?.match(/tollgate_\w+/g) ?? []);
    expect(sorted(documented)).toEqual(sorted(await named()));
  });

  it('says of every alert what to do', () => {
    const documented = [...guide.matchAll(/^\| `(Tollgate\w+)` \|/gm)].map(([, name = '']) => name);
    const existing = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);
    expect(sorted(documented)).toEqual(sorted(existing));
  });

  it('has rules on metrics there are', async () => {
    const used = [...rules.matchAll(/tollgate_\w+/g)].map(([name]) => name.replace(/_(bucket|count|sum)$/, ''));
    const existing = new Set(await named());
    expect(used.filter((name) => !existing.has(name))).toEqual([]);
  });
});
