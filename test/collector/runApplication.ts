import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProcessGuard } from './processGuard.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface ApplicationOptions {
  readonly providerUrl: string;
  /** Base address of OTLP/HTTP. */
  readonly otlp: string;
  /** Where its spool goes. */
  readonly directory: string;
  readonly calls: number;
  readonly pauseMs?: number;
  /** The number of its first call; numbers are counts of tokens. */
  readonly first?: number;
  readonly guard: ProcessGuard;
}

export interface RunningApplication {
  /** Lets it end by itself, after the call it is at; resolves to the exit code. */
  end(): Promise<number | null>;
  /** Resolves when it has made all its calls and sent its spans, to the exit code. */
  readonly finished: Promise<number | null>;
  readonly said: readonly string[];
}

/** An application with the real `openai` client and `@tollgate/node` preloaded, in a process of its own. */
export function runApplication(options: ApplicationOptions): RunningApplication {
  const { providerUrl, otlp, directory, calls, pauseMs = 0, first = 1, guard } = options;
  const application = fileURLToPath(new URL('application.mjs', import.meta.url));
  const args = [providerUrl, String(calls), String(pauseMs), String(first)];
  const child: ChildProcess = spawn(process.execPath, ['--require', '@tollgate/node/register', application, ...args], {
    // Where `--require` looks for the package.
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'] ?? '',
      XDG_STATE_HOME: path.join(directory, 'state'),
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp,
      OTEL_SERVICE_NAME: 'boutique',
    },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  guard.watch(child.pid);
  const finished = once(child, 'exit').then(() => {
    guard.forget(child.pid);
    return child.exitCode;
  });
  return {
    finished,
    said,
    end: () => {
      child.stdin?.end();
      return finished;
    },
  };
}
