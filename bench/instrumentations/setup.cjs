'use strict';
// `node --require setup.cjs app`: an application with the instrumentation that `INSTRUMENTATION` names, set up as its own documentation says.
const Module = require('node:module');
const { BatchSpanProcessor, NodeTracerProvider, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-node');
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-proto');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { MeterProvider } = require('@opentelemetry/sdk-metrics');

const resolveFilename = Module._resolveFilename;
/** In an application the SDKs and their instrumentation are installed together: an instrumentation gets the application's copy. */
Module._resolveFilename = function (request, parent, ...rest) {
  const isSdk = /^(?:openai|@anthropic-ai\/sdk)(?:\/|$)/.test(request);
  const isOurs = parent?.filename?.startsWith(__dirname) === true;
  return isSdk && isOurs
    ? resolveFilename.call(this, request, null, false, { paths: [process.cwd()] })
    : resolveFilename.call(this, request, parent, ...rest);
};

const register = (instrumentations) =>
  registerInstrumentations({ instrumentations, meterProvider: new MeterProvider() });

const setups = {
  contrib() {
    const { OpenAIInstrumentation } = require('@opentelemetry/instrumentation-openai');
    register([new OpenAIInstrumentation()]);
  },
  traceloop() {
    const { OpenAIInstrumentation } = require('@traceloop/instrumentation-openai');
    const { AnthropicInstrumentation } = require('@traceloop/instrumentation-anthropic');
    register([new OpenAIInstrumentation(), new AnthropicInstrumentation()]);
  },
  openinference() {
    const { OpenAIInstrumentation } = require('@arizeai/openinference-instrumentation-openai');
    const { AnthropicInstrumentation } = require('@arizeai/openinference-instrumentation-anthropic');
    register([new OpenAIInstrumentation(), new AnthropicInstrumentation()]);
  },
  /** It wraps a client that the application hands over: every client is, as it is made. */
  langfuse() {
    const { observeOpenAI } = require('@langfuse/openai');
    const load = Module._load;
    const wrapped = (Client) => new Proxy(Client, { construct: (Target, args) => observeOpenAI(new Target(...args)) });
    Module._load = function (name, ...rest) {
      const exported = load.call(this, name, ...rest);
      if (name !== 'openai') return exported;
      const { OpenAI, AzureOpenAI } = exported;
      return new Proxy(exported, {
        get: (target, key) =>
          key === 'OpenAI' || key === 'AzureOpenAI' ? wrapped(key === 'OpenAI' ? OpenAI : AzureOpenAI) : target[key],
      });
    };
  },
  /** The SDK's own tracing, which needs no more than a provider. */
  'anthropic-sdk': () => {},
};

/** A benchmark counts what an instrumentation costs, not what sending does: `INSTRUMENTATION_SPANS=dropped`. */
const isDropped = process.env.INSTRUMENTATION_SPANS === 'dropped';
const nowhere = { export: (_spans, done) => done({ code: 0 }), shutdown: () => Promise.resolve() };

/** It sets up its own provider. */
function setUpOpenlit() {
  if (isDropped) process.env.OTEL_TRACES_EXPORTER = 'none';
  const otlpEndpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  require('openlit').default.init({ otlpEndpoint, disableMetrics: true, disableEvents: isDropped, disableBatch: true });
}

const name = process.env.INSTRUMENTATION;
// The SDK's own spans would stand beside those of an instrumentation.
if (name !== 'anthropic-sdk') process.env.ANTHROPIC_OPEN_TELEMETRY = 'false';
if (name === 'openlit') setUpOpenlit();
else {
  if (setups[name] === undefined)
    throw new Error(`INSTRUMENTATION: expected one of ${Object.keys(setups).join(' ')}, found ${name}`);
  const processor = isDropped ? new BatchSpanProcessor(nowhere) : new SimpleSpanProcessor(new OTLPTraceExporter());
  const provider = new NodeTracerProvider({ spanProcessors: [processor] });
  provider.register();
  setups[name]();
  process.once('beforeExit', () => void provider.forceFlush());
}
