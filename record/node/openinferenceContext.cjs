// OpenInference with user, session, metadata and tags from its context helpers, and an agent span of its own.
const { startTracing } = require('./openTelemetry.mjs');
const { context, trace } = require('@opentelemetry/api');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const core = require('@arizeai/openinference-core');
const { OpenAIInstrumentation } = require('@arizeai/openinference-instrumentation-openai');

const provider = startTracing('openai-app');
registerInstrumentations({ instrumentations: [new OpenAIInstrumentation()], tracerProvider: provider });
const { OpenAI } = require('openai');
const client = new OpenAI({ maxRetries: 0 });
const told = (directives) => ({ headers: { 'x-stand-in': directives } });

async function main() {
  let ids = core.setSession(context.active(), { sessionId: 'conversation-16' });
  ids = core.setUser(ids, { userId: 'user-16' });
  ids = core.setMetadata(ids, { tenant: 'acme' });
  ids = core.setTags(ids, ['team-red']);
  await context.with(ids, async () => {
    const attributes = {
      'openinference.span.kind': 'AGENT',
      'agent.name': 'planner',
      ...core.getAttributesFromContext(ids),
    };
    await trace.getTracer('recorded-app', '1.0.0').startActiveSpan('planner', { attributes }, async (span) => {
      const messages = [{ role: 'user', content: 'a question' }];
      await client.chat.completions.create(
        { model: 'gpt-4o-mini', messages },
        told('uncached=52;cache_read=1024;output=70'),
      );
      await client.responses.create(
        { model: 'gpt-5-mini', input: 'a task' },
        told('uncached=90;output=300;reasoning=192'),
      );
      span.end();
    });
  });
  await provider.shutdown();
}
void main();
