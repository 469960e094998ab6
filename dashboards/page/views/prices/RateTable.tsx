import type { JSX } from 'preact';
import { formatDate } from '../../format/times.ts';
import { formatExact } from '../../format/numbers.ts';
import { type RateName, rateNames, rateOf, rateUnit, rateWords, sourceWords } from '../../model/rates.ts';
import { MoneyCell } from '../../parts/Money.tsx';
import { Name } from '../../parts/Name.tsx';
import type { ExplainedPrice } from '../../policyAnswers.ts';

type Explained = NonNullable<ExplainedPrice['price']>;

/** Every rate that holds, and above which length of a request another one does. */
export function RateTable({ explained: { price } }: { readonly explained: ExplainedPrice }): JSX.Element {
  if (price === null) {
    return (
      <section>
        <h2>Rates</h2>
        <p class="mut">There are none. Set them, or price it as another model.</p>
      </section>
    );
  }
  const names = rateNames.filter((name) => rateOf(price.rates, name) !== null);
  return (
    <section>
      <div class="section-head">
        <h2>
          Rates <span class="mut">US dollars for a million tokens</span>
        </h2>
      </div>
      <table class="rates">
        <caption class="vh">Rates</caption>
        <thead>
          <tr>
            <th scope="col">Of</th>
            <th scope="col" class="num">
              Rate
            </th>
            {price.long_context.map(({ above_input_tokens: above }) => (
              <th key={above} scope="col" class="num">
                above {formatExact(above)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <RateRow key={name} name={name} price={price} />
          ))}
        </tbody>
      </table>
      <p class="meta rate-origin">
        <span>{sourceWords(price)}</span>
        {price.card !== null && (
          <span class="id-line">
            card <Name text={price.card} />
          </span>
        )}
        <span>
          {price.effective_from === null ? 'always so far' : `since ${formatDate(price.effective_from, 'UTC')}`}
          {price.effective_to !== null && ` until ${formatDate(price.effective_to, 'UTC')}`}
        </span>
        <span>tier {price.service_tier}</span>
        {price.hours.length > 0 && <span>{price.hours.join(', ')} UTC</span>}
      </p>
    </section>
  );
}

function RateRow({ name, price }: { readonly name: RateName; readonly price: Explained }): JSX.Element {
  const unit = rateUnit(name) === 'a thousand' ? ', a thousand' : '';
  return (
    <tr>
      <th scope="row">
        {rateWords[name]}
        <span class="mut">{unit}</span>
      </th>
      <td class="num">
        <MoneyCell usd={rateOf(price.rates, name)} />
      </td>
      {price.long_context.map((line) => (
        <td key={line.above_input_tokens} class="num">
          <MoneyCell usd={rateOf(line, name) ?? rateOf(price.rates, name)} />
        </td>
      ))}
    </tr>
  );
}
