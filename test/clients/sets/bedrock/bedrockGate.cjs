'use strict';
const { NodeHttpHandler } = require('@smithy/node-http-handler');

const messages = [{ role: 'user', content: [{ text: 'one two three' }] }];
const thinking = { type: 'enabled', budget_tokens: 2_000 };

/** What each decision of a policy does to a call; the policy answers by the model asked for. */
function scenarios(sdk) {
  const client = new sdk.BedrockRuntimeClient({ endpoint: process.env.BEDROCK_URL });
  const http1 = new sdk.BedrockRuntimeClient({
    endpoint: process.env.BEDROCK_HTTP1_URL,
    requestHandler: new NodeHttpHandler(),
  });
  const asked = (command, directives) => {
    const addHeader = (next) => (args) => {
      args.request.headers['x-stand-in'] = directives;
      return next(args);
    };
    command.middlewareStack.add(addHeader, { step: 'build', name: 'addHeader' });
    return command;
  };
  const usageOf = async (command, by = client) => (await by.send(command)).usage;
  const invoke = async (modelId, body) => {
    const output = await client.send(new sdk.InvokeModelCommand({ modelId, body: JSON.stringify(body) }));
    return JSON.parse(new TextDecoder().decode(output.body));
  };
  const textsOf = async (stream) => {
    const texts = [];
    try {
      for await (const event of stream) texts.push(event.contentBlockDelta?.delta.text ?? Object.keys(event)[0]);
    } catch (error) {
      return [texts, error.name, error.message];
    }
    return texts;
  };

  return {
    limit: async (modelId) => {
      const command = new sdk.ConverseCommand({
        modelId,
        messages,
        additionalModelRequestFields: { thinking },
      });
      const usage = await usageOf(command);
      return [usage, command.input];
    },
    limitStream: async (modelId) =>
      textsOf((await client.send(new sdk.ConverseStreamCommand({ modelId, messages }))).stream),
    model: (modelId) => usageOf(new sdk.ConverseCommand({ modelId, messages, inferenceConfig: { temperature: 0 } })),
    limitInvoke: async (modelId) =>
      (await invoke(modelId, { anthropic_version: 'bedrock-2023-05-31', max_tokens: 64, messages: [] })).usage
        .output_tokens,
    modelInvoke: (modelId) => invoke(modelId, { prompt: 'one two three', max_tokens: 64 }),
    limitNoObject: async (modelId) => {
      const command = new sdk.InvokeModelCommand({ modelId, body: 'one two three' });
      return client.send(command);
    },
    stop: async (modelId) =>
      textsOf(
        (
          await client.send(
            asked(
              new sdk.ConverseStreamCommand({ modelId, messages, inferenceConfig: { maxTokens: 2 } }),
              'reject=limit;chunk_delay_ms=10',
            ),
          )
        ).stream,
      ),
    again: (modelId) => usageOf(asked(new sdk.ConverseCommand({ modelId, messages }), 'reset_after=0;times=1'), http1),
    againDenied: (modelId) =>
      usageOf(asked(new sdk.ConverseCommand({ modelId, messages }), 'reset_after=0;times=1'), http1),
    againChanged: (modelId) =>
      usageOf(asked(new sdk.ConverseCommand({ modelId, messages }), 'reset_after=0;times=1'), http1),
    refusedThenGood: (modelId) => usageOf(asked(new sdk.ConverseCommand({ modelId, messages }), 'status=503;times=1')),
    waits: (modelId) =>
      client.send(new sdk.ConverseCommand({ modelId, messages }), { abortSignal: AbortSignal.timeout(100) }),
  };
}

module.exports = { packages: ['@aws-sdk/client-bedrock-runtime'], scenarios };
