// Bedrock's Converse and InvokeModel under a package that patches the AWS SDK: `bedrock.cjs PACKAGE CLASS`.
const { startTracing, asAgent } = require('./openTelemetry.mjs');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { [process.argv[3]]: Instrumentation } = require(process.argv[2]);

const provider = startTracing('bedrock-app');
registerInstrumentations({ instrumentations: [new Instrumentation()], tracerProvider: provider });
const { BedrockRuntimeClient, ConverseCommand, InvokeModelCommand } = require('@aws-sdk/client-bedrock-runtime');
const { NodeHttpHandler } = require('@smithy/node-http-handler');

const send = async (command, directives) => {
  const client = new BedrockRuntimeClient({ requestHandler: new NodeHttpHandler(), maxAttempts: 1 });
  const withDirectives = (next) => (args) => {
    args.request.headers['x-stand-in'] = directives;
    return next(args);
  };
  client.middlewareStack.add(withDirectives, { step: 'build' });
  await client.send(command);
};
const claude = 'anthropic.claude-haiku-4-5-20251001-v1:0';
const converse = (modelId, text) => new ConverseCommand({ modelId, messages: [{ role: 'user', content: [{ text }] }] });
const invoke = (modelId, content) => {
  const body = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 500, messages: [{ role: 'user', content }] };
  return new InvokeModelCommand({ modelId, contentType: 'application/json', body: JSON.stringify(body) });
};

async function main() {
  await asAgent('archivist', { user: 'user-9', conversation: 'conversation-9' }, async () => {
    await send(converse(claude, 'write the cache'), 'uncached=25;cache_write_5m=2048;output=80');
    await send(converse(claude, 'read the cache'), 'uncached=31;cache_read=2048;output=120');
    await send(converse('amazon.nova-lite-v1:0', 'no cache'), 'uncached=52;output=70');
    await send(invoke(claude, 'read the cache'), 'uncached=12;cache_read=1024;output=33');
  });
  await provider.shutdown();
}
void main();
