/**
 * The scenarios of the clients with other instrumentations than ours: writes the tables of `docs/comparison.md`.
 * Run: npm run docs:comparison, on Node 24, after `npm ci` in test/clients and in bench/instrumentations.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { installedVersion, runClient } from '../support/clientRun.ts';
import type { ClientRun } from '../support/clientRun.ts';
import { openaiModels } from '../../instrumentation/openaiSpans.ts';
import { between, markdownTable } from '../support/markdown.ts';
import { callShapes } from '../support/shapes.ts';
import { instrumentations, subjects } from './subjects.ts';
import type { Instrumentation } from './subjects.ts';
import { verdictOf } from './verdict.ts';
import type { Verdict } from './verdict.ts';

const models: Readonly<Record<string, string>> = openaiModels;
const DOCS = new URL('../../../docs/comparison.md', import.meta.url);
const NODE_MAJOR = 24;

type Subject = (typeof subjects)[number];
/** Scenario to verdict; null: the application did not come to its end. */
type Column = Readonly<Record<string, Verdict>> | null;

async function columnOf(subject: Subject, plain: ClientRun, { run, title }: Instrumentation): Promise<Column> {
  process.stderr.write(`${subject.set}: ${title.replace('<br>', ' ')}\n`);
  try {
    const seen = await runClient(subject, 'cjs', run);
    return Object.fromEntries(
      Object.keys(plain.seen).map((name) => [name, verdictOf(name, models[name] ?? `m-${name}`, plain, seen)]),
    );
  } catch (error) {
    process.stderr.write(`${String(error).slice(0, 1_000)}\n`);
    return null;
  }
}

const cellOf = ({ change, recorded }: Verdict): string => (change === null ? recorded : `**✗ ${change}**, ${recorded}`);

function tablesOf(
  subject: Subject,
  plain: ClientRun,
  columns: readonly (readonly [Instrumentation, Column])[],
): string {
  const names = Object.keys(plain.seen);
  const count = (column: Column, is: (verdict: Verdict) => boolean): string =>
    column === null ? '–' : String(Object.values(column).filter(is).length);
  const summary = columns.map(([{ title }, column]) => [
    title.replace('<br>', ' '),
    column === null ? '**crashes at start**' : count(column, ({ change }) => change !== null),
    count(column, ({ isCall, recorded }) => isCall && !/spans?\b/.test(recorded)),
    count(column, ({ isCall, isRight }) => isCall && isRight),
  ]);
  const [, measured] = columns.find(([, column]) => column !== null) ?? [];
  const calls = Object.values(measured ?? {}).filter(({ isCall }) => isCall).length;
  const shapes = callShapes.flatMap((shape) => {
    const scenario = shape.scenarios.find((name) => plain.seen[name] !== undefined);
    return scenario === undefined ? [] : [{ title: shape.title, scenario }];
  });
  const shown = new Set(shapes.map(({ scenario }) => scenario));
  const further = names.filter((name) => !shown.has(name)).map((scenario) => ({ title: `\`${scenario}\``, scenario }));
  const rows = [...shapes, ...further].map(({ title, scenario }) => [
    title,
    ...columns.map(([, column]) => (column?.[scenario] === undefined ? 'crash' : cellOf(column[scenario]))),
  ]);
  const [name = ''] = subject.packages;
  return [
    `## \`${name}\` ${installedVersion(subject.set, name)}`,
    markdownTable([
      ['', `application changed, of ${names.length}`, `recorded once, of ${calls}`, 'and right'],
      ...summary,
    ]),
    markdownTable([['', ...columns.map(([{ title }]) => title)], ...rows]),
  ].join('\n\n');
}

if (Number(process.versions.node.split('.')[0]) !== NODE_MAJOR)
  throw new Error(`expected Node ${NODE_MAJOR}, which all of these run on, found ${process.versions.node}`);
const tables: string[] = [];
for (const subject of subjects) {
  const plain = await runClient(subject, 'cjs');
  const columns: (readonly [Instrumentation, Column])[] = [];
  for (const each of instrumentations.filter(({ clients }) => clients.includes(subject.client)))
    columns.push([each, await columnOf(subject, plain, each)]);
  tables.push(tablesOf(subject, plain, columns));
}
writeFileSync(DOCS, between(readFileSync(DOCS, 'utf8'), 'comparison', tables.join('\n\n')));
