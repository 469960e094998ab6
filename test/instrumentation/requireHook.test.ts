import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hookRequire } from '../../instrumentation/loading/requireHook.ts';

const root = mkdtempSync(join(tmpdir(), 'tollgate-require-'));
const prototype = module.prototype as unknown as { require: unknown };
const original = prototype.require;
const load = createRequire(join(root, 'app.cjs'));
const seen: (readonly [name: string, directory: string])[] = [];

const packages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  watched: {
    'package.json': '{"version":"1.0.0","exports":{".":"./lib/main.js","./part":"./part.js","./throws":"./throws.js"}}',
    'lib/main.js':
      'exports.name = "main"; exports.part = require("../part.js"); exports.half = require("./cycle.js").half;',
    'lib/cycle.js': 'exports.half = require("./main.js").part === undefined ? "none" : "some";',
    'part.js': 'exports.name = "part";',
    'throws.js':
      'globalThis.thrown = (globalThis.thrown ?? 0) + 1; if (globalThis.thrown === 1) throw new Error("of its own"); exports.name = "throws";',
  },
  '@scoped/watched': { 'index.js': 'exports.name = "scoped";' },
  other: { 'index.js': 'exports.watched = require("watched");' },
  'other/node_modules/watched': { 'index.js': 'exports.name = "another copy";' },
};

beforeAll(() => {
  for (const [name, files] of Object.entries(packages))
    for (const [file, text] of Object.entries(files)) {
      const path = join(root, 'node_modules', name, file);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, text);
    }
  hookRequire(new Set(['watched', '@scoped/watched']), (exported, name, directory = '') => {
    seen.push([name, relative(root, directory)]);
    return name === '@scoped/watched' ? { instead: exported } : exported;
  });
});

afterAll(() => {
  prototype.require = original;
  rmSync(root, { recursive: true, force: true });
});

beforeEach(() => {
  for (const file of Object.keys(load.cache)) if (file.startsWith(root)) delete load.cache[file];
  seen.length = 0;
});

const own = 'node_modules/watched';

describe('the hook of require', () => {
  it('tells each file of a watched package once, when it is complete, its main file by the name alone', () => {
    const main: unknown = load('watched');
    expect(load('watched')).toBe(main);
    expect(load(join(root, own, 'lib/main.js'))).toBe(main);
    expect(main).toMatchObject({ name: 'main', part: { name: 'part' }, half: 'some' });
    expect(seen).toEqual([
      ['watched/part.js', own],
      ['watched/lib/cycle.js', own],
      ['watched', own],
    ]);
  });

  it('tells every copy, and nothing of other packages and of Node', () => {
    load('other');
    load('node:fs');
    expect(seen).toEqual([['watched', 'node_modules/other/node_modules/watched']]);
  });

  it('gives what is given instead, the same each time', () => {
    const instead: unknown = load('@scoped/watched');
    expect(instead).toEqual({ instead: { name: 'scoped' } });
    expect(load('@scoped/watched')).toBe(instead);
    expect(seen).toEqual([['@scoped/watched', 'node_modules/@scoped/watched']]);
  });

  it('tells a file again that was taken out of the cache', () => {
    const first: unknown = load('watched/part');
    delete load.cache[join(root, own, 'part.js')];
    expect(load('watched/part')).not.toBe(first);
    expect(seen).toEqual([
      ['watched/part.js', own],
      ['watched/part.js', own],
    ]);
  });

  it('leaves errors as they are, and watches the next try', () => {
    expect(() => load('watched/throws')).toThrow(new Error('of its own'));
    expect(() => load('watched/absent')).toThrow(expect.objectContaining({ code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' }));
    expect(() => load('absent')).toThrow(expect.objectContaining({ code: 'MODULE_NOT_FOUND' }));
    expect(() => load(1 as never)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }));
    expect(seen).toEqual([]);
    expect(load('watched/throws')).toEqual({ name: 'throws' });
    expect(seen).toEqual([['watched/throws.js', own]]);
  });
});
