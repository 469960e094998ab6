import type { JSX } from 'preact';
import type { Call, Page } from '../../answers.ts';
import { formatDay, formatRelative, isoDate } from '../../format/times.ts';
import { Copy } from '../../parts/Copy.tsx';
import { Waiting } from '../../parts/State.tsx';
import type { PeriodChoice } from '../../period.ts';
import { hrefOf, Link } from '../../router.ts';
import { useAnswer } from '../../useAnswer.ts';

const DAY_MS = 86_400_000;

/** Nothing in the period: either there was something before, or nothing ever, and then how to send the first span. */
export function Nothing({ period }: { readonly period: PeriodChoice }): JSX.Element {
  const { data } = useAnswer<Page<Call>>('/api/v1/calls', { from: '1970-01-01', limit: 1 }, { live: true });
  if (data === null) return <Waiting />;
  const [last] = data.items;
  return last === undefined ? <FirstSpan /> : <NothingNow period={period} last={last} />;
}

function NothingNow({ period, last }: { readonly period: PeriodChoice; readonly last: Call }): JSX.Element {
  const from = isoDate(new Date(last.started_at));
  const to = isoDate(new Date(Date.parse(last.started_at) + DAY_MS));
  return (
    <div class="first">
      <h1 tabIndex={-1}>Nothing was spent in {period.words}</h1>
      <p class="lead">The last call was {formatRelative(last.started_at)}.</p>
      <p>
        <Link href={hrefOf('/', { from, to })} class="button primary">
          Show {formatDay(last.started_at)}
        </Link>
      </p>
    </div>
  );
}

function FirstSpan(): JSX.Element {
  // The page and the receiver have one host; the port is OTLP's own unless the service was told another one.
  const endpoint = `http://${location.hostname}:4318`;
  return (
    <div class="first">
      <h1 tabIndex={-1}>No call yet</h1>
      <p class="lead">Send the first span, and this page turns into your books by itself.</p>
      <Snippet
        title="A Node application, without touching its code"
        text={`npm install @tollgate/node\nOTEL_EXPORTER_OTLP_ENDPOINT=${endpoint} \\\n  node --require @tollgate/node/register app.js`}
      />
      <Snippet
        title="Anything that speaks OpenTelemetry: Python, Go, Java, a Collector"
        text={`export OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint}\nexport OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`}
      />
      <Snippet title="Or see it work with a stand-in provider, from this repository" text="npm run demo" />
      <p class="mut" role="status">
        <span class="waiting-dot" aria-hidden="true">
          ●
        </span>{' '}
        Waiting for the first span…
      </p>
    </div>
  );
}

function Snippet({ title, text }: { readonly title: string; readonly text: string }): JSX.Element {
  return (
    <section class="snippet" aria-label={title}>
      <div class="section-head">
        <h2>{title}</h2>
        <Copy text={text} label={`Copy: ${title}`} />
      </div>
      <pre tabIndex={0}>{text}</pre>
    </section>
  );
}
