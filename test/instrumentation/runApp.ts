import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface AppEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

export interface AppOptions {
  /** `--require @tollgate/node/register` unless given. */
  readonly nodeArguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  /** Nobody reads what it writes there. */
  readonly closesStderr?: boolean;
  /** Called with everything on stdout so far; may signal the process. */
  readonly onStdout?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

export const PRELOAD = ['--require', '@tollgate/node/register'] as const;
const apps = join(import.meta.dirname, 'apps');

/** A home of its own, so that no run sees what another spooled. */
export function makeHome(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'tollgate-app-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Runs an application of `apps/` as its own process, with nothing of this process's environment but the path. */
export function runApp(file: string, options: AppOptions = {}): Promise<AppEnd> {
  const started = performance.now();
  const directory = options.workingDirectory ?? apps;
  const child = spawn(process.execPath, [...(options.nodeArguments ?? PRELOAD), file], {
    cwd: directory,
    env: { PATH: process.env['PATH'], ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    options.onStdout?.(stdout, (signal) => child.kill(signal));
  });
  if (options.closesStderr === true) child.stderr.destroy();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ code, signal, stdout, stderr, durationMs: performance.now() - started }),
    );
  });
}

/** What the SDKs need to talk to the stand-in, and the preload to the receiver. */
export function environmentFor(providerUrl: string, receiverUrl: string, home: string): Record<string, string> {
  return {
    HOME: home,
    TMPDIR: home,
    OPENAI_BASE_URL: `${providerUrl}/v1`,
    OPENAI_API_KEY: 'test',
    ANTHROPIC_BASE_URL: providerUrl,
    ANTHROPIC_API_KEY: 'test',
    PROVIDER_URL: providerUrl,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiverUrl,
    OTEL_SERVICE_NAME: 'app-under-test',
  };
}
