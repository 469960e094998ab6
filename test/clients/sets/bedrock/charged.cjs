'use strict';
const sdk = require('@aws-sdk/client-bedrock-runtime');

const client = new sdk.BedrockRuntimeClient({ endpoint: process.env.BEDROCK_URL });
let calls = 0;
const messages = [{ role: 'user', content: [{ text: 'one two three' }] }];

function asked(command, directives) {
  const addHeader = (next) => (args) => {
    // Every call of every application has an id of its own, as at AWS.
    calls += 1;
    args.request.headers['x-stand-in'] = `${directives};id=${process.env.OTEL_SERVICE_NAME}-${calls}`;
    return next(args);
  };
  command.middlewareStack.add(addHeader, { step: 'build', name: 'addHeader' });
  return client.send(command);
}

const invoke = (modelId, body, directives) =>
  asked(new sdk.InvokeModelCommand({ modelId, body: JSON.stringify(body) }), directives);

/** Calls of several vendors' models, of as many tokens as make round prices. */
async function main() {
  const converse = new sdk.ConverseCommand({ modelId: 'amazon.nova-pro-v1:0', messages });
  await asked(converse, 'uncached=1000;cache_read=10000;output=100');
  const { stream } = await asked(
    new sdk.ConverseStreamCommand({ modelId: 'amazon.nova-lite-v1:0', messages }),
    'uncached=1000;output=100',
  );
  for await (const event of stream) if (event.metadata !== undefined) break;
  const claude = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 100, messages: [] };
  await invoke(
    'anthropic.claude-haiku-4-5-20251001-v1:0',
    claude,
    'uncached=1000;cache_write_5m=1000;cache_write_1h=1000;output=100',
  );
  await invoke('meta.llama3-8b-instruct-v1:0', { prompt: 'one', max_gen_len: 100 }, 'uncached=1000;output=100');
  await invoke('mistral.mistral-large-2402-v1:0', { prompt: 'one', max_tokens: 100 }, 'uncached=1000;output=100');
  await invoke('amazon.titan-embed-text-v2:0', { inputText: 'one' }, 'uncached=1000');
}

void main();
