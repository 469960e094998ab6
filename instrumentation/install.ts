import { isMainThread, parentPort } from 'node:worker_threads';
import { watchChildProcesses } from './attribution/childProcesses.ts';
import { configureShape } from './calls/requestShape.ts';
import { quietNativeSpans, readConfig } from './config.ts';
import { say, sayFault } from './fault.ts';
import { wrapFetch } from './fetch/wrapFetch.ts';
import { watchAiSdk } from './frameworks/aiSdkChannel.ts';
import { Gate } from './gate/gate.ts';
import { hookModules } from './loading/moduleHooks.ts';
import { configureMetrics, flushMetrics } from './metrics/meterProvider.ts';
import { endOpenAtEnd } from './sending/endAtEnd.ts';
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
    configureShape(config.requestShape);
    configureMetrics(config.metrics);
    const gate = new Gate(config.policy);
    shared.gate = gate;
    shared.flush = () => Promise.all([provider.forceFlush(), gate.reservations?.flush(), flushMetrics()]);
    readRootContext();
    provider.installBehindProxy();
    quietNativeSpans();
    hookModules();
    watchAiSdk();
    wrapFetch();
    watchChildProcesses();
    settleAtEnd(gate);
    endOpenAtEnd();
    drainSpool(config);
  } catch (fault) {
    sayFault('installing the preload', fault);
  }
}
