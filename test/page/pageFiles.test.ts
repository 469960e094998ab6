import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, inject, it } from 'vitest';
import { readPageFiles } from '../../processor/page/pageFiles.ts';

let directory: string;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(inject('runDirectory'), 'page-'));
});

function write(name: string, text: string): void {
  const file = path.join(directory, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

describe('readPageFiles', () => {
  it('is null where there is no directory, and where it has no index.html', () => {
    expect(readPageFiles(path.join(directory, 'nowhere'))).toBeNull();
    write('theme.js', '1');
    expect(readPageFiles(directory)).toBeNull();
  });

  it('has the files of the page in every encoding that lies beside them', () => {
    for (const name of [
      'index.html',
      'index.html.br',
      'index.html.gz',
      'theme.js',
      'assets/a-1.js',
      'assets/a-1.js.gz',
    ]) {
      write(name, `content of ${name}`);
    }
    const files = readPageFiles(directory);
    const seen = [...(files ?? [])].map(([name, { type, representations }]) => [name, type, ...representations.keys()]);
    expect(seen).toEqual([
      ['/index.html', 'text/html; charset=utf-8', 'br', 'gzip', 'identity'],
      ['/theme.js', 'text/javascript; charset=utf-8', 'identity'],
      ['/assets/a-1.js', 'text/javascript; charset=utf-8', 'gzip', 'identity'],
    ]);
    const gzip = files?.get('/assets/a-1.js')?.representations.get('gzip');
    expect(gzip?.body.toString()).toBe('content of assets/a-1.js.gz');
  });

  it('has nothing else: no map, no folder below, no file of an unknown kind', () => {
    for (const name of ['index.html', 'assets/a-1.js.map', 'notes.txt', 'assets/deep/b.js', 'other/c.js'])
      write(name, 'x');
    fs.mkdirSync(path.join(directory, 'folder.js'));
    expect([...(readPageFiles(directory)?.keys() ?? [])]).toEqual(['/index.html']);
  });

  it('gives every encoding of every content another tag', () => {
    write('index.html', 'one');
    write('index.html.br', 'two');
    const tags = (): (string | undefined)[] => {
      const representations = readPageFiles(directory)?.get('/index.html')?.representations;
      return [representations?.get('identity')?.etag, representations?.get('br')?.etag];
    };
    const first = tags();
    expect(tags()).toEqual(first);
    write('index.html', 'three');
    expect(new Set([...first, ...tags()]).size).toBe(3);
    for (const tag of first) expect(tag).toMatch(/^"[\w-]{22}"$/);
  });
});
