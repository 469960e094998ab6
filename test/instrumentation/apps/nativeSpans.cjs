'use strict';
const Anthropic = require('@anthropic-ai/sdk');
const { withAttribution } = require('@tollgate/node');

const client = new Anthropic(process.env.NATIVE === 'asked' ? { openTelemetry: { traces: true } } : {});
void withAttribution({ user: 'u1', session: 's1' }, async () => {
  await client.messages.create({
    model: 'claude',
    max_tokens: 9,
    messages: [{ role: 'user', content: 'hello' }],
    inference_geo: 'us',
    speed: 'fast',
  });
});
