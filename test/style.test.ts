import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Rules about the text of the code that no linter here states. Each finding reads `file:line: what`. */

const LINES_MAX = 300;
const sources = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.cjs', '*.mjs', '*.sh'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '');

function findLines(files: readonly string[], pattern: RegExp): string[] {
  return files.flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
}

const inFolder = (...folders: string[]): string[] =>
  sources.filter((path) => folders.some((folder) => path.startsWith(`${folder}/`)));

describe('the code', () => {
  it(`holds no file above ${LINES_MAX} lines`, () => {
    const long = sources.filter((path) => readFileSync(path, 'utf8').split('\n').length - 1 > LINES_MAX);
    expect(long).toEqual([]);
  });

  it('imports in one direction: processor → src ← instrumentation', () => {
    const imports = (from: string[], to: RegExp): string[] => findLines(inFolder(...from), to);
    expect(imports(['src'], /from '(?:node:|.*\/(?:processor|instrumentation|demo|test|bench)\/)/)).toEqual([]);
    expect(imports(['instrumentation'], /from '.*\/(?:processor|demo|test|bench)\//)).toEqual([]);
    expect(imports(['processor'], /from '.*\/(?:instrumentation|demo|test|bench)\//)).toEqual([]);
  });

  it('reads the environment in the two configuration files only', () => {
    const readers = findLines(inFolder('src', 'processor', 'instrumentation'), /process\.env\b/).filter(
      (line) => !/^(?:processor|instrumentation)\/config\w*\.ts:/.test(line),
    );
    expect(readers).toEqual([]);
  });

  it('reads no clock in the pure core', () => {
    expect(findLines(inFolder('src'), /\bDate\.now\(|new Date\(\)|performance\.now\(/)).toEqual([]);
  });

  it('ends the process in main alone', () => {
    const exits = findLines(inFolder('src', 'processor'), /process\.exit(?:Code)?\b/).filter(
      (line) => !line.startsWith('processor/main.ts:'),
    );
    expect(exits).toEqual([]);
  });

  it('holds no unexplained suppression and no leftover marker', () => {
    const checked = sources.filter((path) => path !== 'test/style.test.ts');
    expect(findLines(checked, /@ts-ignore|@ts-nocheck|\b(?:TODO|FIXME|XXX|HACK)\b/)).toEqual([]);
    expect(findLines(checked, /(?:oxlint|eslint)-disable(?!.*--)/)).toEqual([]);
  });

  it('keeps floats away from money', () => {
    expect(findLines(inFolder('src', 'processor', 'instrumentation'), /parseFloat\(|\.toFixed\(/)).toEqual([]);
  });

  it('skips no test and leaves none alone', () => {
    const tests = inFolder('test').filter((path) => path !== 'test/style.test.ts');
    expect(findLines(tests, /\b(?:it|test|describe)\.(?:skip|todo|only)\b|skipIf\(/)).toEqual([]);
  });
});
