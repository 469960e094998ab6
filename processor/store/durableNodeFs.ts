import fs from 'node:fs';
import path from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

type Init = NodeFS['init'];
type ModuleOptions = Parameters<Init>[1];
type RunningModule = Parameters<NonNullable<ModuleOptions['preRun']>[number]>[0];

/** The part of Emscripten's NODEFS that is touched here. `nfd` is the descriptor Node opened for the stream. */
interface NodeStreamOperations {
  fsync?: (stream: { readonly nfd: number }) => number;
}

/**
 * The directory PGlite keeps its files in, with an fsync that reaches the disk. NODEFS has none, so without this every
 * commit is safe against the end of the process and lost with the power. It uses PGlite's internals: the version is
 * pinned, and a test counts the fsyncs of a commit.
 */
export class DurableNodeFs extends NodeFS {
  override async init(pglite: PGlite, options: ModuleOptions): ReturnType<Init> {
    const { emscriptenOpts } = await super.init(pglite, options);
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), hookFsync] } };
  }
}

function hookFsync(module: RunningModule): void {
  const nodefs: unknown = module.NODEFS;
  if (!hasStreamOperations(nodefs))
    throw new Error('PGlite: expected NODEFS.stream_ops to hook fsync into, found none');
  nodefs.stream_ops.fsync = (stream) => {
    fs.fsyncSync(stream.nfd);
    return 0;
  };
}

function hasStreamOperations(value: unknown): value is { stream_ops: NodeStreamOperations } {
  return typeof value === 'object' && value !== null && 'stream_ops' in value && typeof value.stream_ops === 'object';
}

/** Brings a directory and all below it to the disk: what PGlite's initdb wrote, before anything is acknowledged on it. */
export function fsyncTree(directory: string): void {
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const name = path.join(directory, entry.name);
    if (entry.isDirectory()) fsyncTree(name);
    else if (entry.isFile()) fsyncPath(name);
  }
  fsyncPath(directory);
}

function fsyncPath(name: string): void {
  const descriptor = fs.openSync(name, 'r');
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}
