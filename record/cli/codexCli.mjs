// Codex CLI, one turn: the usage stands in a log event and, again, on a span without a model.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';

const { HOME, OPENAI_API_KEY, OTEL_EXPORTER_OTLP_ENDPOINT, STAND_IN_URL } = process.env;
const bill = 'uncached=100;cache_read=1024;output=80;reasoning=64;text=Sunny.';

const relay = createServer((incoming, response) => void pass(incoming, response));

async function pass(incoming, response) {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const sent = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
  const answer = await (incoming.url === '/traces' ? passTraces(sent) : askProvider(incoming, sent));
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  Readable.fromWeb(answer.body).pipe(response);
}

/** Codex sends `client_metadata`, which the published API does not have and the stand-in refuses. */
function askProvider({ method, url }, sent) {
  const body = { ...sent };
  delete body.client_metadata;
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${OPENAI_API_KEY}` };
  const content = method === 'POST' ? { body: JSON.stringify(body) } : {};
  return fetch(`${STAND_IN_URL}/with/${bill}${url}`, { method, headers, ...content });
}

/** Of the 500 spans of a turn, those with tokens and their ancestors, as a filter in a collector would leave them. */
function passTraces({ resourceSpans }) {
  const all = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
  const kept = new Set();
  for (const span of all) {
    if (!span.attributes.some(({ key }) => key.includes('usage.'))) continue;
    for (let at = span; at !== undefined; at = all.find(({ spanId }) => spanId === at.parentSpanId)) kept.add(at);
  }
  const body = resourceSpans.map(({ scopeSpans, ...resource }) => ({
    ...resource,
    scopeSpans: scopeSpans.map(({ spans, ...scope }) => ({ ...scope, spans: spans.filter((span) => kept.has(span)) })),
  }));
  return fetch(`${OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: body }),
  });
}

await new Promise((resolve) => relay.listen(0, '127.0.0.1', resolve));
const relayUrl = `http://127.0.0.1:${relay.address().port}`;
const home = join(HOME, 'codex');
mkdirSync(home);
writeFileSync(
  join(home, 'config.toml'),
  `model = "gpt-5-mini"
model_provider = "stand-in"
[model_providers.stand-in]
name = "stand-in"
base_url = "${relayUrl}/v1"
env_key = "OPENAI_API_KEY"
wire_api = "responses"
[otel]
environment = "test"
log_user_prompt = false
exporter = { otlp-http = { endpoint = "${OTEL_EXPORTER_OTLP_ENDPOINT}/v1/logs", protocol = "binary" } }
trace_exporter = { otlp-http = { endpoint = "${relayUrl}/traces", protocol = "json" } }
metrics_exporter = "none"
`,
);
const bin = join(import.meta.dirname, 'node_modules', '.bin', 'codex');
const child = spawn(bin, ['exec', '--skip-git-repo-check', 'What is the weather in Bern?'], {
  cwd: HOME,
  env: { ...process.env, CODEX_HOME: home },
  stdio: ['ignore', 'inherit', 'inherit'],
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
  relay.close();
  relay.closeAllConnections();
});
