// An application's SDK spans (CLIENT) and those of a gateway before the provider (SERVER, and one CLIENT for each attempt),
// which states the usage as well: `gateway.mjs [undici]`. The gateway is a process of its own. The SDK sends `traceparent`;
// where undici is patched as well, two of them stand in one header, which no propagator reads, and the gateway's spans are
// a trace of their own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import Anthropic from '@anthropic-ai/sdk';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, defaultTextMapGetter, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { asAgent, startTracing } from './openTelemetry.mjs';

await (process.argv[2] === 'gateway' ? gateway() : application(process.argv[2] === 'undici'));

async function application(withUndici) {
  const child = fork(process.argv[1], ['gateway']);
  const [baseURL] = await once(child, 'message');
  const provider = startTracing('support-bot');
  if (withUndici) {
    const { UndiciInstrumentation } = await import('@opentelemetry/instrumentation-undici');
    const undici = new UndiciInstrumentation();
    undici.setTracerProvider(provider);
    undici.enable();
  }
  const client = new Anthropic({ baseURL, maxRetries: 0 });
  const ask = (content, directives) => [
    { model: 'claude-haiku-4-5', max_tokens: 500, messages: [{ role: 'user', content }] },
    { headers: { 'x-stand-in': directives } },
  ];
  await asAgent('support', { user: 'user-5', conversation: 'conversation-5' }, async () => {
    await client.messages.create(...ask('write the cache', 'uncached=25;cache_write_5m=2048;output=80'));
    await client.messages.stream(...ask('stream', 'uncached=12;cache_read=2048;output=33')).finalMessage();
    await client.messages.create(...ask('the gateway tries twice', 'uncached=40;output=61;status=529;times=1'));
  });
  await provider.shutdown();
  child.send('end');
  await once(child, 'exit');
}

async function gateway() {
  const provider = startTracing('gateway');
  const server = createServer((incoming, response) => void answer(incoming, response));
  server.listen(0, '127.0.0.1', () => process.send(`http://127.0.0.1:${server.address().port}`));
  await once(process, 'message');
  server.close();
  server.closeAllConnections();
  await provider.shutdown();
  process.disconnect();
}

async function answer(incoming, response) {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString('utf8');
  const { model } = JSON.parse(body);
  const tracer = trace.getTracer('recorded-gateway', '1.0.0');
  const parent = new W3CTraceContextPropagator().extract(ROOT_CONTEXT, incoming.headers, defaultTextMapGetter);
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.request.model': model,
  };
  const span = tracer.startSpan(`chat ${model}`, { kind: SpanKind.SERVER, attributes }, parent);
  for (let attempt = 0; ; attempt += 1) {
    const inner = tracer.startSpan('POST /v1/messages', { kind: SpanKind.CLIENT }, trace.setSpan(parent, span));
    const upstream = await fetch(`${process.env.ANTHROPIC_BASE_URL}${incoming.url}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': incoming.headers['x-api-key'],
        'x-stand-in': incoming.headers['x-stand-in'],
        'x-stainless-retry-count': String(attempt),
      },
      body,
    });
    const text = await upstream.text();
    inner.setAttribute('http.response.status_code', upstream.status);
    if (!upstream.ok) inner.setStatus({ code: SpanStatusCode.ERROR });
    inner.end();
    if (!upstream.ok && attempt < 2) continue;
    if (upstream.ok) span.setAttributes(statedUsage(text));
    span.end();
    response.writeHead(upstream.status, { 'content-type': upstream.headers.get('content-type') });
    response.end(text);
    return;
  }
}

/** Of a message or of the events of a streamed one; the counts in the words of the current conventions. */
function statedUsage(text) {
  const events = text.startsWith('{')
    ? [{ message: JSON.parse(text) }]
    : text.split('\n').flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6))] : []));
  const message = Object.assign({}, ...events.flatMap((event) => event.message ?? []));
  const usage = Object.assign({}, ...events.flatMap((event) => event.usage ?? event.message?.usage ?? []));
  const read = usage.cache_read_input_tokens;
  const written = usage.cache_creation_input_tokens;
  return {
    'gen_ai.response.id': message.id,
    'gen_ai.response.model': message.model,
    'gen_ai.usage.input_tokens': usage.input_tokens + read + written,
    'gen_ai.usage.cache_read.input_tokens': read,
    'gen_ai.usage.cache_creation.input_tokens': written,
    'gen_ai.usage.output_tokens': usage.output_tokens,
  };
}
