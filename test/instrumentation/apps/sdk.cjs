'use strict';
// An application's own OpenTelemetry SDK: prints every span it gets, as one JSON line.
const { trace, diag } = require('@opentelemetry/api');
const { NodeTracerProvider, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-node');

const early = trace.getTracer('gotten-before-registration');

const exporter = {
  export(spans, done) {
    for (const { name, attributes, parentSpanContext, instrumentationScope } of spans)
      process.stdout.write(
        `${JSON.stringify({ name, scope: instrumentationScope.name, parent: parentSpanContext?.spanId, user: attributes['user.id'], agent: attributes['gen_ai.agent.name'] })}\n`,
      );
    done({ code: 0 });
  },
  shutdown: () => Promise.resolve(),
};

exports.early = early;
exports.register = (more = []) => {
  const say = (...words) => process.stderr.write(`diag: ${words.join(' ')}\n`);
  diag.setLogger({ error: say, warn: say, info() {}, debug() {}, verbose() {} });
  new NodeTracerProvider({ spanProcessors: [...more, new SimpleSpanProcessor(exporter)] }).register();
};

if (process.env.REGISTER === 'at-require') exports.register();
