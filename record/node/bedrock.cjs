// Bedrock's Converse under a package that patches the AWS SDK: `bedrock.cjs PACKAGE CLASS`.
const { startTracing, asAgent } = require('./openTelemetry.mjs');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { [process.argv[3]]: Instrumentation } = require(process.argv[2]);

const provider = startTracing('bedrock-app');
registerInstrumentations({ instrumentations: [new Instrumentation()], tracerProvider: provider });
const { BedrockRuntimeClient, ConverseCommand } = require('@aws-sdk/client-bedrock-runtime');
const { NodeHttpHandler } = require('@smithy/node-http-handler');

const converse = async (modelId, text, directives) => {
  const client = new BedrockRuntimeClient({ requestHandler: new NodeHttpHandler(), maxAttempts: 1 });
  const withDirectives = (next) => (args) => {
    args.request.headers['x-stand-in'] = directives;
    return next(args);
  };
  client.middlewareStack.add(withDirectives, { step: 'build' });
  await client.send(new ConverseCommand({ modelId, messages: [{ role: 'user', content: [{ text }] }] }));
};

async function main() {
  await asAgent('archivist', { user: 'user-9', conversation: 'conversation-9' }, async () => {
    const claude = 'anthropic.claude-haiku-4-5-20251001-v1:0';
    await converse(claude, 'write the cache', 'uncached=25;cache_write_5m=2048;output=80');
    await converse(claude, 'read the cache', 'uncached=31;cache_read=2048;output=120');
    await converse('amazon.nova-lite-v1:0', 'no cache', 'uncached=52;output=70');
  });
  await provider.shutdown();
}
void main();
