import type { JSX } from 'preact';
import { Copy } from '../../parts/Copy.tsx';

/** Where spans are taken unless the service was told otherwise. */
const OTLP_HTTP_PORT = 4318;

/** Nothing was ever received: how to send the first span. */
export function FirstRun({ isPending }: { readonly isPending: boolean }): JSX.Element {
  const endpoint = `${location.protocol}//${location.hostname}:${OTLP_HTTP_PORT}`;
  return (
    <div class="first-run">
      <header class="sheet-head">
        <h1 tabIndex={-1}>The books are open, and empty</h1>
        <output class="lead mut">
          {isPending
            ? 'The first call is here. It is charged when it is sure that no other span reports the same tokens: within a minute.'
            : 'Waiting for the first span…'}
        </output>
      </header>
      <Snippet
        title="A Node application, without a change to its code"
        text={`npm install @tollgate/node\nOTEL_EXPORTER_OTLP_ENDPOINT=${endpoint} OTEL_SERVICE_NAME=my-agent \\\n  node --require @tollgate/node/register app.js`}
      />
      <Snippet
        title="Anything that already sends OpenTelemetry: any language, any framework, a Collector"
        text={`export OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint}\nexport OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`}
      />
      <p class="mut">
        The address is <code>http=</code> of the line <code>ready</code> that the service printed when it started. With
        API keys, also <code>OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20tg_…</code>, of a key with the scope{' '}
        <code>ingest</code>. This page turns into the overview by itself.
      </p>
    </div>
  );
}

function Snippet({ title, text }: { readonly title: string; readonly text: string }): JSX.Element {
  return (
    <section aria-label={title}>
      <div class="section-head">
        <h2>{title}</h2>
        <div class="section-tools">
          <Copy text={text} label="Copy the commands" />
        </div>
      </div>
      <pre>{text}</pre>
    </section>
  );
}
