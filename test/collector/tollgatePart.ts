import { setTimeout as delay } from 'node:timers/promises';
import { startService, type RunningService } from '../support/service.ts';
import { freePorts, localAddress } from './freePorts.ts';
import type { Part } from './part.ts';
import type { ProcessGuard } from './processGuard.ts';
import { scrape, sumOf } from './scrape.ts';

const START_AGAIN_MS = 500;

export interface TollgatePart extends Part {
  /** Base addresses; of gRPC without a scheme. */
  readonly http: string;
  readonly grpc: string;
  readonly api: string;
  /** Spans that wait to be forwarded. */
  queuedSpans(): Promise<number>;
  metric(name: string): Promise<number>;
}

export interface TollgateOptions {
  readonly name: string;
  readonly args: readonly string[];
  /** How often it is started, at the most, where it ends before it is ready: its store may be away, and a supervisor starts it again. */
  readonly startsMax: number;
  /** Base address of what spans are passed on to. */
  readonly forwardTo: () => string;
  readonly guard: ProcessGuard;
}

/** The compiled service; ports are free ones and stay. */
export async function createTollgate(options: TollgateOptions): Promise<TollgatePart> {
  const [grpc, http, api] = await freePorts(3);
  const ports = ['--grpc-port', String(grpc), '--http-port', String(http), '--api-port', String(api)];
  let service: RunningService | null = null;

  async function startOnce(): Promise<RunningService> {
    return startService({ args: [...options.args, ...ports], env: { TOLLGATE_FORWARD_ENDPOINT: options.forwardTo() } });
  }

  async function end(how: 'stop' | 'kill'): Promise<number | null> {
    const ending = service;
    service = null;
    if (ending === null) return 0;
    const code = await ending[how]();
    options.guard.forget(ending.pid);
    return code ?? null;
  }

  const metric = async (name: string): Promise<number> =>
    sumOf(await scrape(`http://${localAddress(api)}/metrics`), name);
  return {
    name: options.name,
    http: `http://${localAddress(http)}`,
    grpc: localAddress(grpc),
    api: `http://${localAddress(api)}`,
    start: async () => {
      for (let attempt = 1; service === null; attempt += 1) {
        service = await startOnce().catch(async (fault: unknown) => {
          if (attempt >= options.startsMax) throw fault;
          await delay(START_AGAIN_MS);
          return null;
        });
      }
      options.guard.watch(service.pid);
    },
    stop: () => end('stop'),
    kill: () => end('kill').then(() => undefined),
    metric,
    queuedSpans: () => metric('tollgate_forward_queue_spans'),
    [Symbol.asyncDispose]: () => end('kill').then(() => undefined),
  };
}
