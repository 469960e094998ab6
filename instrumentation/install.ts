import { isMainThread, parentPort } from 'node:worker_threads';
import { watchChildProcesses } from './attribution/childProcesses.ts';
import { quietNativeSpans, readConfig } from './config.ts';
import { say, sayFault } from './fault.ts';
import { Gate } from './gate/gate.ts';
import { hookModules } from './loading/moduleHooks.ts';
import { drainSpool, startOwnTracing } from './sending/ownTracing.ts';
import { readRootContext } from './attribution/rootContext.ts';
import { settleAtEnd } from './gate/settleAtEnd.ts';
import { shared } from './shared.ts';
import { DeferringTracerProvider } from './sending/tracer.ts';

/** What the preload does. It never throws; a second preload in the same process does nothing. */
export function install(): void {
  // The thread of the loader hooks runs preloads as well; hooking there would hook twice.
  if (!isMainThread && parentPort === null) return;
  try {
    const { config, problems } = readConfig();
    for (const problem of problems) say(problem);
    if (config.disabled || shared.tracerProvider !== undefined) return;
    const provider = new DeferringTracerProvider(() => {
      try {
        return startOwnTracing(config);
      } catch (fault) {
        sayFault('starting OpenTelemetry', fault);
        return null;
      }
    });
    shared.tracerProvider = provider;
    const gate = new Gate(config.policy);
    shared.gate = gate;
    readRootContext();
    provider.installBehindProxy();
    quietNativeSpans();
    hookModules();
    watchChildProcesses();
    settleAtEnd(gate);
    drainSpool(config);
  } catch (fault) {
    sayFault('installing the preload', fault);
  }
}
