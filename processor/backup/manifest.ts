import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

/** Written last: a directory without it is no backup, or one that was not finished. */
const MANIFEST = 'manifest.json';
/** The store's files below the directory of a backup. */
export const FILES = 'pgdata';
/** Of the manifest itself; another one is read by another version. */
const FORMAT = 1;
const FILE_MODE = 0o600;

/** Names that PostgreSQL gives: nothing that leads out of the directory. */
const filePath = z.string().regex(/^(?!\.)[\w.-]+(\/(?!\.)[\w.-]+)*$/);

const manifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  /** Of the Tollgate that made it; said to people. */
  tollgate: z.string(),
  made_at: z.iso.datetime(),
  /** The major version of PostgreSQL, which no other reads the files of. */
  postgres: z.int(),
  /** The number of the last migration. */
  migration: z.int(),
  bytes: z.int().min(0),
  directories: z.array(filePath),
  files: z.array(z.strictObject({ path: filePath, bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
});

export type Manifest = z.output<typeof manifestSchema>;

export async function writeManifest(directory: string, manifest: Omit<Manifest, 'format'>): Promise<void> {
  const content = JSON.stringify({ format: FORMAT, ...manifest });
  const written = `${JSON.stringify({ sha256: sha256(content) })}\n${content}\n`;
  await fs.writeFile(path.join(directory, MANIFEST), written, { mode: FILE_MODE, flag: 'wx', flush: true });
}

/** Throws, in words for people, where the directory holds no whole backup that this version reads. */
export async function readManifest(directory: string): Promise<Manifest> {
  const file = path.join(directory, MANIFEST);
  const written = await fs.readFile(file, 'utf8').catch((fault: NodeJS.ErrnoException) => {
    if (fault.code !== 'ENOENT' && fault.code !== 'ENOTDIR') throw fault;
    throw new Error(
      `${directory} holds no backup: expected ${MANIFEST}, found none. A backup that was not finished has none.`,
    );
  });
  const [seal = '', content = ''] = written.split('\n');
  const found: unknown = parse(content);
  if (JSON.stringify({ sha256: sha256(content) }) !== seal || found === null) {
    throw new Error(`${file} is damaged: expected the checksum in its first line, found another.`);
  }
  const format = typeof found === 'object' && 'format' in found ? found.format : null;
  if (format !== FORMAT) {
    throw new Error(
      `${file}: expected a backup of format ${FORMAT}, found ${JSON.stringify(format)}: another version of Tollgate reads it.`,
    );
  }
  const parsed = manifestSchema.safeParse(found);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${file}: ${issue?.path.join('.')}: ${issue?.message}`);
}

function parse(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return null;
  }
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
