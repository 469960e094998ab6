import type { JSX } from 'preact';
import type { OneCall } from '../../answers.ts';
import { costStatusWords, priceSourceWords } from '../../model/callWords.ts';
import { priceHref, unpricedWords } from '../../model/rates.ts';
import { Money } from '../../parts/Money.tsx';
import { Time } from '../../parts/Time.tsx';
import { Link } from '../../router.ts';

/** Which price a call has, and where it comes from; of one without, why, and the way to give it one. */
export function PriceWords({ call }: { readonly call: OneCall }): JSX.Element {
  const prices = call.model === null ? '/prices' : priceHref(call.provider, call.model);
  if (call.cost_status === 'unpriced') {
    return (
      <p class="price-words warn-text">
        No price: {unpricedWords(call.unpriced_reason)}. <Link href={prices}>Give it a price</Link>
      </p>
    );
  }
  const { price } = call;
  return (
    <>
      {price !== null && (
        <p class="price-words">
          {price.card !== null && (
            <>
              Priced as <Link href={prices}>{price.card}</Link>,{' '}
            </>
          )}
          from {priceSourceWords(price.source)}, in force{' '}
          {price.effective_from === null ? (
            'always so far'
          ) : (
            <>
              since <Time iso={price.effective_from} />
            </>
          )}
          {price.service_tier !== null && <>, tier {price.service_tier}</>}.
        </p>
      )}
      {call.cost_status !== 'priced' && <p class="warn-text">{sentence(costStatusWords(call.cost_status))}</p>}
      {call.reported_cost_usd !== null && (
        <p class="mut">
          The emitter reported <Money usd={call.reported_cost_usd} exact />.
        </p>
      )}
    </>
  );
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
