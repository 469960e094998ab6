import { anthropicSpans } from '../instrumentation/anthropicSpans.ts';
import { openaiSpans } from '../instrumentation/openaiSpans.ts';
import { failure } from '../instrumentation/spanParts.ts';
import { bundle } from './bundle.ts';
import { describeClient } from './support/describeClient.ts';
import type { ExpectedSpan } from './support/describeClient.ts';
import { standardStandIn } from './support/standIn.ts';

type Spans = Readonly<Record<string, readonly ExpectedSpan[]>>;

/** Every request is a call of its own; its count of retries is the SDK's. */
const retries = (count: number): ExpectedSpan['attributes'] =>
  count === 0 ? {} : { 'http.request.resend_count': count };

/** What `fetch` alone shows: of a failure its status or the class of its error, and each attempt by itself. */
function seenByFetch(spans: Spans, names: readonly string[], provider: string): Spans {
  const plain = Object.fromEntries(
    names.map((name) => [
      name,
      (spans[name] ?? []).map((span) => (span.status === 'unset' ? span : { ...span, status: 'error' as const })),
    ]),
  );
  const failures = (name: string, type: string, attempts: number): ExpectedSpan[] =>
    Array.from({ length: attempts }, (_, count) => failure(name, provider, type, null, retries(count))).flat();
  return {
    ...plain,
    error500Retried: [...failures('error500Retried', '500', 2), ...(plain['error500Retried'] ?? [])],
    errorNetwork: failures('errorNetwork', 'TypeError', 1),
    chatAbort: failures('chatAbort', 'AbortError', 1),
  };
}

/** The same of another scenario; its model has its name. */
const renamed = (spans: readonly ExpectedSpan[], name: string): ExpectedSpan[] =>
  spans.map((span) => ({
    ...span,
    name: `chat m-${name}`,
    attributes: { ...span.attributes, 'gen_ai.response.model': `m-${name}` },
  }));

const shared = { set: 'loading', startStandIn: standardStandIn, build: bundle };

describeClient({
  ...shared,
  client: 'bundledOpenai',
  packages: ['openai'],
  spans: seenByFetch(
    // A stream of bytes is asked for its usage as well, and what that adds is left out of the bytes.
    { ...openaiSpans, chatStreamAsResponse: renamed(openaiSpans['stream'] ?? [], 'chatStreamAsResponse') },
    `chat chatCachedReasoning chatWithResponse chatAsResponseJson chatAsResponseReader chatStreamAsResponse chatParse tools toolRunner stream
     streamWithUsage streamHelper streamTee streamReadable streamNeverRead error400 error500Retried
     unhandledFailure responses responsesStream embeddings completions azure`.split(/\s+/),
    'openai',
  ),
  unrecorded: ['files', 'batch'],
});

describeClient({
  ...shared,
  client: 'bundledAnthropic',
  packages: ['@anthropic-ai/sdk'],
  spans: seenByFetch(
    anthropicSpans({ hasThreads: true }),
    `chat chatCached chatWithResponse chatAsResponseJson chatParse tools toolRunner stream streamHelper streamTee streamReadable
     streamNeverRead beta betaStream error400 error400Stream error500Retried unhandledFailure`.split(/\s+/),
    'anthropic',
  ),
  unrecorded: ['files', 'batch', 'countTokens'],
});
