import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DashboardJson, typedLiterals } from './typedLiterals.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const GRAFANA = path.join(ROOT, 'dashboards/grafana');
const names = fs.readdirSync(GRAFANA).filter((name) => name.endsWith('.json'));
const textOf = (name: string): string => fs.readFileSync(path.join(GRAFANA, name), 'utf8');

/** One mistake each; `spend.json` has a panel of every kind but two, so each occurs in it. */
const mistakes: Readonly<Record<string, readonly [from: string, to: string]>> = {
  'a misspelt option': ['"graphMode":', '"graphMod":'],
  'a word that is not of the enumeration': ['"drawStyle": "bars"', '"drawStyle": "bar"'],
  'a misspelt field of a chart': ['"fillOpacity":', '"fillOpacty":'],
  'a misspelt field of a table': ['"filterable":', '"filtreable":'],
  'a misspelt default': ['"decimals": 2', '"decimal": 2'],
  'a misspelt override': ['"id": "decimals"', '"id": "decimal"'],
  'an override of a field that tables do not have': ['"id": "custom.cellOptions"', '"id": "custom.celOptions"'],
  'a colour mode that does not exist': ['"mode": "palette-classic-by-name"', '"mode": "palette-by-name"'],
  'a panel without a place': ['"gridPos":', '"gridPosition":'],
  'a variable of an unknown type': ['"type": "textbox"', '"type": "text"'],
  'a misspelt field of a variable': ['"allValue":', '"allValues":'],
  'an annotation without a colour': ['"iconColor":', '"color":'],
  'a query without its id': ['"refId":', '"ref":'],
  'a query of an unknown format': ['"format": "table"', '"format": "tables"'],
  'a width that is text': ['"w": 6', '"w": "6"'],
  'a version of the schema that is text': ['"schemaVersion": 42', '"schemaVersion": "42"'],
};

/** Lines of `tsc` by the file they are about. */
const faults = new Map<string, string[]>();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tollgate-schema-'));
const fileOf = (title: string): string => `${title.replaceAll(/[^a-z]+/g, '_')}.ts`;

describe('the JSON of the dashboards, as types of @grafana/schema', () => {
  beforeAll(async () => {
    fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
    const write = (title: string, text: string): void => {
      const dashboard: DashboardJson = JSON.parse(text);
      fs.writeFileSync(path.join(folder, fileOf(title)), typedLiterals(dashboard));
    };
    for (const name of names) write(name, textOf(name));
    const spend = textOf('spend.json');
    for (const [title, [from, to]] of Object.entries(mistakes)) write(title, spend.replace(from, to));
    const options = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: 'es2022',
      module: 'esnext',
      moduleResolution: 'bundler',
      types: [],
    };
    fs.writeFileSync(
      path.join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, include: ['*.ts'] }),
    );
    const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
    const run = promisify(execFile)(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { maxBuffer: 2 ** 26 });
    const output = await run.then(
      ({ stdout }) => stdout,
      (fault: { stdout: string }) => fault.stdout,
    );
    for (const line of output.split('\n')) {
      const file = /([a-z_]+\.ts)\(\d+,\d+\): error/.exec(line)?.[1];
      if (file !== undefined) faults.set(file, [...(faults.get(file) ?? []), line]);
    }
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  it.each(names)('is valid: %s', (name) => {
    expect(faults.get(fileOf(name)) ?? []).toEqual([]);
  });

  it.each(Object.entries(mistakes))('is refused with %s', (title, [from, to]) => {
    expect(textOf('spend.json')).toContain(from);
    expect(textOf('spend.json').replace(from, to)).toContain(to);
    expect(faults.get(fileOf(title))?.length).toBeGreaterThan(0);
  });
});
