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

/** WASI's EIO. PostgreSQL ends itself over an fsync that failed, whatever the reason: what the kernel still has is unknown then. */
const EIO = 29;

/**
 * The directory PGlite keeps its files in, with an fsync that reaches the disk. NODEFS has none, so without this every
 * commit is safe against the end of the process and lost with the power. It uses PGlite's internals: the version is
 * pinned, and a test counts the fsyncs of a commit.
 */
export class DurableNodeFs extends NodeFS {
  readonly #onEnd: () => void;
  #module: RunningModule | null = null;

  /** `onEnd` is called when the engine ends itself (a PANIC), in the midst of its work: it must not be called any more. */
  constructor(directory: string, onEnd: () => void) {
    super(directory);
    this.#onEnd = onEnd;
  }

  override async init(pglite: PGlite, options: ModuleOptions): ReturnType<Init> {
    const { emscriptenOpts } = await super.init(pglite, options);
    const keep = (module: RunningModule): void => void (this.#module = module);
    const preRun = [...(emscriptenOpts.preRun ?? []), hookFsync, keep];
    const onEnd = this.#onEnd;
    return { emscriptenOpts: { ...emscriptenOpts, preRun, onAbort: onEnd, onExit: onEnd } as typeof emscriptenOpts };
  }

  /** Gives back the files of an engine that ended itself; nothing else closes them. */
  closeFiles(): void {
    const open: unknown = (this.#module?.FS as { readonly streams?: unknown } | undefined)?.streams;
    this.#module = null;
    if (!Array.isArray(open)) return;
    for (const stream of open as readonly ({ readonly nfd?: number } | null | undefined)[]) {
      if (typeof stream?.nfd === 'number') fs.closeSync(stream.nfd);
    }
  }
}

function hookFsync(module: RunningModule): void {
  const nodefs: unknown = module.NODEFS;
  if (!hasStreamOperations(nodefs))
    throw new Error('PGlite: expected NODEFS.stream_ops to hook fsync into, found none');
  nodefs.stream_ops.fsync = (stream) => {
    try {
      fs.fsyncSync(stream.nfd);
      return 0;
    } catch {
      // Thrown through the engine it would leave it in the midst of its work; as a code it is what a kernel answers.
      return EIO;
    }
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

/** A file or a directory. */
export function fsyncPath(name: string): void {
  const descriptor = fs.openSync(name, 'r');
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}
