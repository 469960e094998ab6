import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ContentEncoding, contentEncodings } from './contentEncoding.ts';

interface Representation {
  readonly body: Buffer;
  /** A strong one, of these bytes: each encoding has its own. */
  readonly etag: string;
}

interface PageFile {
  readonly type: string;
  readonly representations: ReadonlyMap<ContentEncoding, Representation>;
}

/** The built page, by the path that a browser asks for: `/index.html`, `/theme.js`, `/assets/NAME-HASH.js`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

/** Beside the compiled service, where the build of the page writes it. */
export const PAGE_DIRECTORY = fileURLToPath(new URL('../../page', import.meta.url));
const INDEX = '/index.html';
/** Of the page's own folders: nothing lies deeper. */
const FOLDERS = ['', 'assets'];

const suffixOf: Readonly<Record<ContentEncoding, string>> = { br: '.br', gzip: '.gz', identity: '' };
const typeOf: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const ETAG_BYTES = 16;

/** Reads all of the page once, some 100 kB: what is served cannot change, nor be anything else on the disk. Null where there is none. */
export function readPageFiles(directory: string): PageFiles | null {
  const files = new Map<string, PageFile>();
  for (const folder of FOLDERS) {
    const names = namesIn(path.join(directory, folder));
    for (const name of names) {
      const type = typeOf[path.extname(name)];
      if (type === undefined) continue;
      const at = path.join(directory, folder, name);
      const there = contentEncodings.filter((encoding) => names.has(`${name}${suffixOf[encoding]}`));
      const representations = there.map((encoding) => [encoding, read(`${at}${suffixOf[encoding]}`)] as const);
      files.set(path.posix.join('/', folder, name), { type, representations: new Map(representations) });
    }
  }
  return files.has(INDEX) ? files : null;
}

function namesIn(directory: string): ReadonlySet<string> {
  if (!fs.existsSync(directory)) return new Set();
  const entries = fs.readdirSync(directory, { withFileTypes: true });
  return new Set(entries.filter((entry) => entry.isFile()).map(({ name }) => name));
}

function read(file: string): Representation {
  const body = fs.readFileSync(file);
  const digest = createHash('sha256').update(body).digest().subarray(0, ETAG_BYTES);
  return { body, etag: `"${digest.toString('base64url')}"` };
}
