import { createNoopMeter, metrics } from '@opentelemetry/api';
import type { MeterProvider } from '@opentelemetry/api';
import { sayFault } from '../fault.ts';
import { forceFlush } from '../sending/tracer.ts';
import type { MetricsConfig } from './metricsConfig.ts';
import { startOwnMetrics } from './ownMetrics.ts';

let config: MetricsConfig | null = null;
let own: MeterProvider | null = null;

export function configureMetrics(given: MetricsConfig): void {
  config = given;
}

/** The application's, whenever it registers one; else our own, where it is asked for, from the first call on. */
export function currentMeterProvider(): MeterProvider | null {
  const registered = metrics.getMeterProvider();
  // What the API hands out while nobody has registered anything has this meter.
  if (registered.getMeter('') !== createNoopMeter()) return registered;
  if (own === null && config !== null && config.exporter !== 'none') {
    const started = config;
    // Once: what fails fails for good.
    config = null;
    try {
      own = startOwnMetrics(started);
    } catch (fault) {
      sayFault('starting metrics', fault);
    }
  }
  return own;
}

export const flushMetrics = async (): Promise<void> => {
  await Promise.all([forceFlush(own), forceFlush(metrics.getMeterProvider())]);
};
