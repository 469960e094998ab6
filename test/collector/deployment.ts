import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inject } from 'vitest';
import { createCollector, type CollectorPart } from './collectorPart.ts';
import { startGuard, type ProcessGuard } from './processGuard.ts';
import { createTollgate, type TollgatePart } from './tollgatePart.ts';
import { createTraceBackend, type TraceBackend } from './traceBackend.ts';

const DRAIN_POLL_MS = 200;
/** Twice in a row, Collector before Tollgate: what left the one between two looks is seen in the other. */
const EMPTY_POLLS = 2;
/** A PostgreSQL may be away for a while; the embedded store has no reason to be. */
const STARTS_MAX = 60;

export interface Deployment extends AsyncDisposable {
  readonly collector: CollectorPart;
  readonly tollgates: readonly TollgatePart[];
  readonly backend: TraceBackend;
  readonly directory: string;
  readonly guard: ProcessGuard;
  /** Waits until nothing is queued anywhere; what was acknowledged has then arrived, or is lost. */
  drain(timeoutMs: number): Promise<void>;
}

export interface DeploymentOptions {
  /** `otel-collector.yaml` for one Tollgate, `otel-collector-loadbalancing.yaml` for several. */
  readonly config: 'otel-collector.yaml' | 'otel-collector-loadbalancing.yaml';
  /** Of each Tollgate, where it keeps everything. */
  readonly stores: readonly { readonly url?: string; readonly dataDir?: string }[];
}

/** Applications → Collector → Tollgate → Collector → trace backend, each to be ended and started by itself; nothing runs yet. */
export async function createDeployment({ config, stores }: DeploymentOptions): Promise<Deployment> {
  const directory = fs.mkdtempSync(path.join(inject('runDirectory'), 'deployment-'));
  const guard = startGuard(directory);
  const backend = await createTraceBackend();
  const tollgates: TollgatePart[] = [];
  let priced = '';
  for (const [index, { url, dataDir }] of stores.entries()) {
    const name = `tollgate-${index + 1}`;
    const args = ['--data-dir', dataDir ?? path.join(directory, name)];
    if (url !== undefined) args.push('--database-url', url);
    const startsMax = url === undefined ? 1 : STARTS_MAX;
    tollgates.push(await createTollgate({ name, args, startsMax, forwardTo: () => priced, guard }));
  }
  const env = {
    TRACE_BACKEND_ENDPOINT: backend.http,
    ...(tollgates[0] === undefined ? {} : { TOLLGATE_ENDPOINT: tollgates[0].http }),
    TOLLGATE_GRPC_ENDPOINTS: `[${tollgates.map((tollgate) => tollgate.grpc).join(', ')}]`,
  };
  const collector = await createCollector({ config, directory, env, guard });
  priced = collector.priced;

  async function isEmpty(): Promise<boolean> {
    if ((await collector.queuedBytes()) > 0) return false;
    for (const tollgate of tollgates) if ((await tollgate.queuedSpans()) > 0) return false;
    return true;
  }

  return {
    collector,
    tollgates,
    backend,
    directory,
    guard,
    drain: async (timeoutMs) => {
      const until = performance.now() + timeoutMs;
      for (let empty = 0; empty < EMPTY_POLLS;) {
        empty = (await isEmpty()) ? empty + 1 : 0;
        if (performance.now() > until) throw new Error(`expected all queues empty within ${timeoutMs} ms`);
        await delay(DRAIN_POLL_MS);
      }
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([collector, ...tollgates, backend].map((part) => part[Symbol.asyncDispose]()));
      guard[Symbol.dispose]();
      fs.rmSync(directory, { recursive: true, force: true });
    },
  };
}
