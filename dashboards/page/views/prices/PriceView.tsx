import './prices.css';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Page } from '../../answers.ts';
import { formatUsd } from '../../format/money.ts';
import { oneHref } from '../../model/lists.ts';
import { pricePath, rateOf, unpricedWords } from '../../model/rates.ts';
import { Name } from '../../parts/Name.tsx';
import { FaultNote, Stale, Waiting } from '../../parts/State.tsx';
import { TextField } from '../../parts/TextField.tsx';
import type { ExplainedPrice, Price } from '../../policyAnswers.ts';
import { Link, useQuery } from '../../router.ts';
import { mayChange, useWho } from '../../session.ts';
import { useAnswer } from '../../useAnswer.ts';
import { OnlyWithAdmin } from '../budgets/BudgetsView.tsx';
import { Layers } from './Layers.tsx';
import { OwnPrices } from './OwnPrices.tsx';
import { PriceActions } from './PriceActions.tsx';
import { RateTable } from './RateTable.tsx';

const PRICES_READ = 200;

interface Props {
  readonly provider: string;
  readonly model: string;
}

/** `/prices/PROVIDER/MODEL`: what a call of a model costs now or at a date, and why. */
export function PriceView({ provider, model }: Props): JSX.Element {
  const [at, setAt] = useQuery('at', '');
  const [tier, setTier] = useQuery('service_tier', '');
  const [isEnded, setIsEnded] = useState(false);
  const path = pricePath(provider, model);
  const { data, fault, at: readAt, reload } = useAnswer<ExplainedPrice>(path, { at, service_tier: tier });
  const own = useAnswer<Page<Price>>('/api/v1/prices', { provider, model, source: 'custom', at, limit: PRICES_READ });
  const isAllowed = mayChange(useWho());
  const prices = (own.data?.items ?? []).filter((price) => price.model === model && price.provider === provider);
  const changed = (): void => {
    reload();
    own.reload();
  };
  return (
    <>
      <header class="sheet-head">
        <p>
          <Link href="/prices">Prices</Link>
        </p>
        <h1 tabIndex={-1} class="clip">
          <bdi title={model}>{model}</bdi>
        </h1>
        {data !== null && <PriceLead explained={data} />}
        <p class="meta">
          <span>{provider === '*' ? 'any provider' : <Name text={provider} />}</span>
          <Link href={oneHref('models', model)}>What it cost</Link>
        </p>
        {isAllowed ? (
          <PriceActions
            provider={provider}
            model={model}
            explained={data}
            isSet={prices.some(({ set_by: by }) => by === 'api')}
            onChanged={changed}
            onEnded={() => setIsEnded(true)}
          />
        ) : (
          <OnlyWithAdmin what="Prices are set" />
        )}
        <output class="mut">{isEnded && 'What was set here has ended; calls keep the price they have.'}</output>
      </header>
      <div class="price-tools">
        <TextField label="For calls on" type="date" value={at} onInput={(text) => setAt(text === '' ? null : text)} />
        <TextField
          label="Service tier"
          value={tier}
          onInput={(text) => setTier(text === '' ? null : text)}
          suggestions={['standard', 'batch', 'flex', 'priority']}
        />
      </div>
      {fault !== null && <FaultNote fault={fault} at={readAt} onRetry={reload} />}
      {data === null ? (
        fault === null && <Waiting />
      ) : (
        <Stale isStale={fault !== null}>
          <div class="two">
            <RateTable explained={data} />
            <Layers explained={data} />
          </div>
        </Stale>
      )}
      <OwnPrices prices={prices} fault={own.fault} onRetry={own.reload} />
    </>
  );
}

function PriceLead({
  explained: { price, unpriced_reason: reason },
}: {
  readonly explained: ExplainedPrice;
}): JSX.Element {
  if (price === null) return <p class="lead warn-text">▲ It has no price: {unpricedWords(reason)}.</p>;
  const input = rateOf(price.rates, 'input_usd_per_mtok');
  const output = rateOf(price.rates, 'output_usd_per_mtok');
  if (input === null && output === null) return <p class="lead">It has a price.</p>;
  return (
    <p class="lead">
      {formatUsd(input, { exact: true })} for a million tokens of input, {formatUsd(output, { exact: true })} for
      output.
    </p>
  );
}
