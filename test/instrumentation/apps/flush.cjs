'use strict';
const { flush } = require('@tollgate/node');
const OpenAI = require('openai');

/** As a serverless platform does it: nothing runs any more once the answer is there. */
const freeze = () => process.kill(process.pid, 'SIGKILL');

void (async () => {
  if (process.env.OWN_SDK === 'yes') {
    const { NodeTracerProvider, BatchSpanProcessor } = require('@opentelemetry/sdk-trace-node');
    const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-proto');
    new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] }).register();
  }
  const content = 'hello';
  await new OpenAI().chat.completions.create({ model: 'flushed', messages: [{ role: 'user', content }] });
  const startedMs = performance.now();
  const result = await flush({ timeoutMs: Number(process.env.TIMEOUT_MS ?? 10_000) });
  require('node:fs').writeSync(1, JSON.stringify({ result: String(result), ms: performance.now() - startedMs }));
  freeze();
})();
