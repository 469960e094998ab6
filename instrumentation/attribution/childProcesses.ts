import { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { TraceFlags, isSpanContextValid } from '@opentelemetry/api';
import type { SpanContext } from '@opentelemetry/api';
import { sayFault } from '../fault.ts';
import { activeSpanContext, runOfContext, traceStateOf } from './run.ts';
import { shared } from '../shared.ts';

/** `NAME=value`, as the child gets them. */
interface SpawnOptions {
  envPairs?: unknown;
}

type Spawn = (this: unknown, options: SpawnOptions, ...rest: unknown[]) => unknown;

/**
 * Gives processes started by `spawn`, `fork`, `exec` and `execFile` the trace and the run they are started in, as
 * `TRACEPARENT` and `TRACESTATE`: all four come through this method. An application that sets either has its way.
 */
export function watchChildProcesses(): void {
  const prototype = ChildProcess.prototype as unknown as { spawn?: unknown };
  const { spawn } = prototype;
  if (typeof spawn !== 'function') return;
  const original = spawn as Spawn;
  prototype.spawn = function (this: unknown, ...args: Parameters<Spawn>): unknown {
    try {
      carryContext(args[0]);
    } catch (fault) {
      sayFault('starting a process', fault);
    }
    return original.apply(this, args);
  };
}

function carryContext(options: SpawnOptions): void {
  const { envPairs } = options;
  const run = runOfContext();
  // Without a run or a gate there is nobody to whom it matters.
  if (!Array.isArray(envPairs) || (run === null && shared.gate?.isActive !== true)) return;
  const pairs = (envPairs as unknown[]).filter((pair) => !isInherited(pair));
  if (pairs.some((pair) => /^TRACE(?:PARENT|STATE)=/i.test(String(pair)))) return;
  const active = activeSpanContext();
  const parent = active !== undefined && isSpanContextValid(active) ? active : run === null ? null : newTrace();
  if (parent === null) return;
  const state = traceStateOf(parent, run)?.serialize() ?? '';
  const flags = parent.traceFlags.toString(16).padStart(2, '0');
  pairs.push(`TRACEPARENT=00-${parent.traceId}-${parent.spanId}-${flags}`);
  if (state !== '') pairs.push(`TRACESTATE=${state}`);
  options.envPairs = pairs;
}

/** What this process was started with is its own parent, not what the application sets for the child. */
function isInherited(pair: unknown): boolean {
  const { root } = shared;
  return (
    root !== undefined && (pair === `TRACEPARENT=${root.traceparent}` || pair === `TRACESTATE=${root.tracestate ?? ''}`)
  );
}

/** Where no span is active, a trace of its own carries the run. */
const newTrace = (): SpanContext => ({
  traceId: randomBytes(16).toString('hex'),
  spanId: randomBytes(8).toString('hex'),
  traceFlags: TraceFlags.SAMPLED,
});
