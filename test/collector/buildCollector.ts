import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const MANIFEST = fileURLToPath(new URL('builder.yaml', import.meta.url));
const BUILDER = 'go.opentelemetry.io/collector/cmd/builder@v0.160.0';
const BINARY = 'otelcol-tollgate';
/** A first build loads 0.6 GB of modules and compiles 1.1 GB of packages: five minutes on two busy cores. */
const BUILD_TIMEOUT_MS = 30 * 60_000;

/** The path of a Collector built of `builder.yaml`, once for each text of it, into the user's cache. */
export async function buildCollector(): Promise<string> {
  const manifest = fs.readFileSync(MANIFEST);
  const version = createHash('sha256').update(BUILDER).update(manifest).digest('hex').slice(0, 16);
  const cache = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache');
  const binary = path.join(cache, 'tollgate-collector', version, BINARY);
  if (fs.existsSync(binary)) return binary;

  const startedAt = performance.now();
  process.stderr.write(`building the Collector into ${path.dirname(binary)}\n`);
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'tollgate-collector-'));
  try {
    await go(['run', BUILDER, '--config', MANIFEST], directory);
    fs.mkdirSync(path.dirname(binary), { recursive: true });
    // Two builds at once: each puts a whole binary in its place, by rename.
    const copy = `${binary}.${process.pid}`;
    fs.copyFileSync(path.join(directory, 'out', BINARY), copy);
    fs.renameSync(copy, binary);
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
  process.stderr.write(`built in ${Math.round((performance.now() - startedAt) / 1_000)} s\n`);
  return binary;
}

async function go(args: readonly string[], directory: string): Promise<void> {
  // The builder makes a module of its own, with a go.mod to be completed: flags such as -mod=vendor do not fit.
  const env = { ...process.env, GOFLAGS: process.env['GOFLAGS'] ?? '-mod=mod' };
  try {
    await run('go', args, { cwd: directory, env, timeout: BUILD_TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 });
  } catch (fault) {
    const said = fault instanceof Error && 'stderr' in fault ? String(fault.stderr) : '';
    throw new Error(`expected Go (1.25 or later) to build ${MANIFEST}, found: ${String(fault)}\n${said}`, {
      cause: fault,
    });
  }
}
