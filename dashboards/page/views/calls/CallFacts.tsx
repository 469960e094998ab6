import '../sheet.css';
import './calls.css';
import type { JSX } from 'preact';
import type { OneCall } from '../../answers.ts';
import { formatDuration } from '../../format/numbers.ts';
import { chargeWords, copyRuleWords } from '../../model/callWords.ts';
import { Money } from '../../parts/Money.tsx';
import { Time } from '../../parts/Time.tsx';
import { Link } from '../../router.ts';
import { ChargeMark } from '../traces/ChargeMark.tsx';
import { Bookings } from './Bookings.tsx';
import { CostTable } from './CostTable.tsx';
import { Fact, Facts } from './Facts.tsx';
import { PriceWords } from './PriceWords.tsx';
import { Subject } from './Subject.tsx';

/** Everything that is known of one call: why it is charged or not, at which price, to whom, and how it was booked. */
export function CallFacts({ call, isInTrace }: { readonly call: OneCall; readonly isInTrace: boolean }): JSX.Element {
  // Under the heading of the span, or of the page itself.
  const Heading = isInTrace ? 'h3' : 'h2';
  return (
    <div class="call-facts">
      <div class="call-cost">
        <p class="call-sum">
          <Money usd={call.cost_usd} exact /> <ChargeMark charge={call.charge} />
        </p>
        <p>{chargeWords(call)}</p>
        <Copies call={call} isInTrace={isInTrace} />
        <CostTable call={call} />
        <PriceWords call={call} />
        <Heading>Bookings</Heading>
        <Bookings entries={call.ledger} />
      </div>
      <div class="call-who">
        <Heading>Who it belongs to</Heading>
        <Subject call={call} />
      </div>
      <div class="call-request">
        <Heading>The request</Heading>
        <Request call={call} />
      </div>
    </div>
  );
}

/** The copies that one paid call left: of a duplicate the one that is charged, of a charged call the others. */
function Copies({ call, isInTrace }: { readonly call: OneCall; readonly isInTrace: boolean }): JSX.Element | null {
  const hrefOf = (copy: { readonly trace_id: string; readonly span_id: string }): string =>
    isInTrace ? `/traces/${copy.trace_id}?span=${copy.span_id}` : `/calls/${copy.trace_id}/${copy.span_id}`;
  const place = (copy: { readonly trace_id: string }): string =>
    copy.trace_id === call.trace_id ? 'in this trace' : 'in another trace';
  if (call.duplicate_of !== null) {
    return (
      <p>
        <Link href={hrefOf(call.duplicate_of)}>The charged copy, {place(call.duplicate_of)}</Link>
      </p>
    );
  }
  if (call.copies.length === 0) return null;
  return (
    <>
      <p>
        {call.copies.length === 1
          ? 'One other span reports this call and is not charged:'
          : `${call.copies.length} other spans report this call and are not charged:`}
      </p>
      <ul class="copies">
        {call.copies.map((copy) => (
          <li key={`${copy.trace_id}/${copy.span_id}`}>
            <Link href={hrefOf(copy)}>
              <code class="id">{copy.span_id}</code>
            </Link>{' '}
            {place(copy)}, <span class="mut">{copyRuleWords(copy.rule)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Request({ call }: { readonly call: OneCall }): JSX.Element {
  return (
    <Facts label="The request">
      <Fact name="Started">
        <Time iso={call.started_at} />
      </Fact>
      <Fact name="Took">{formatDuration(call.duration_ms)}</Fact>
      <Fact name="Status">{call.status === 'error' ? <span class="span-error">▲ error</span> : 'ok'}</Fact>
      <Fact name="Provider">{call.provider}</Fact>
      <Fact name="Model asked for">{call.request_model}</Fact>
      <Fact name="Model that answered">{call.response_model}</Fact>
      <Fact name="Operation">{call.operation}</Fact>
      <Fact name="Response id">{call.response_id}</Fact>
      <Fact name="Request id">{call.request_id}</Fact>
      <Fact name="Trace">
        <Link href={`/traces/${call.trace_id}?span=${call.span_id}`}>
          <code class="id">{call.trace_id}</code>
        </Link>
      </Fact>
      <Fact name="Span">
        <code class="id">{call.span_id}</code>
      </Fact>
      <Fact name="Written by">{call.scope}</Fact>
      <Fact name="Read as">{call.dialect}</Fact>
      <Fact name="Cached input">{call.cache_semantics}</Fact>
      <Fact name="Received">
        <Time iso={call.received_at} />
      </Fact>
    </Facts>
  );
}
