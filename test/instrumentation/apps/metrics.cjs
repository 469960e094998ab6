'use strict';
const { withAttribution } = require('@tollgate/node');
const OpenAI = require('openai');

/** The application's own meter provider, registered before or after the first call. */
function registerOwn() {
  const { metrics } = require('@opentelemetry/api');
  const { MeterProvider, MetricReader } = require('@opentelemetry/sdk-metrics');
  class ManualReader extends MetricReader {
    onForceFlush() {}
    onShutdown() {}
  }
  const reader = new ManualReader();
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  return reader;
}

const shownOf = (metric) => ({
  name: metric.descriptor.name,
  unit: metric.descriptor.unit,
  points: metric.dataPoints.map(({ attributes, value }) => ({
    attributes,
    count: value.count,
    sum: value.sum,
    boundaries: value.buckets.boundaries,
  })),
});

const content = 'hello';
const call = (model, more) =>
  new OpenAI({ maxRetries: 0 }).chat.completions.create({ model, messages: [{ role: 'user', content }], ...more });

void withAttribution({ user: 'u1', session: 's1' }, async () => {
  const reader = process.env.OWN_METERS === 'yes' ? registerOwn() : null;
  await call('whole');
  for await (const chunk of await call('streamed', { stream: true })) void chunk;
  await call('missing-model').catch(() => undefined);
  if (reader !== null) {
    const { resourceMetrics } = await reader.collect();
    const ours = resourceMetrics.scopeMetrics.filter(({ scope }) => scope.name === '@tollgate/node');
    process.stdout.write(JSON.stringify(ours.flatMap(({ metrics }) => metrics.map(shownOf))));
  } else process.stdout.write('ready');
  if (process.env.STAYS === 'yes') setTimeout(() => undefined, 20_000);
});
