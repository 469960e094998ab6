import type { JSX } from 'preact';
import { formatExact } from '../../format/numbers.ts';
import { escapeValue } from '../../model/filters.ts';
import { isPriceable, priceHref, unpricedWords } from '../../model/rates.ts';
import { Button } from '../../parts/Button.tsx';
import { Count } from '../../parts/Count.tsx';
import { More } from '../../parts/More.tsx';
import { Name } from '../../parts/Name.tsx';
import { FaultNote, Waiting } from '../../parts/State.tsx';
import { Time } from '../../parts/Time.tsx';
import { usePeriod } from '../../period.ts';
import type { UnpricedModel } from '../../policyAnswers.ts';
import { hrefOf, Link } from '../../router.ts';
import type { Setting } from './PriceSetting.tsx';
import { useOnGrowth } from '../../useOnGrowth.ts';
import { usePages } from '../../usePages.ts';

interface Props {
  /** Null where one may only look. */
  readonly onSet: ((setting: Setting) => void) | null;
  /** Grows when a price was set. */
  readonly version: number;
}

/** Calls that nobody can price, by model, with the known names most like each: one click prices them. */
export function Unpriced({ onSet, version }: Props): JSX.Element {
  const period = usePeriod();
  const pages = usePages<UnpricedModel>('/api/v1/prices/unpriced', period.params, { live: true });
  useOnGrowth(version, pages.reload);
  const { rows } = pages;
  const calls = rows.reduce((sum, row) => sum + row.calls, 0);
  return (
    <section>
      <div class="section-head">
        <h2>
          Without a price{' '}
          <span class="mut">
            {rows.length > 0 &&
              `${formatExact(calls)} ${calls === 1 ? 'call' : 'calls'}, in no sum, never counted as 0, `}
            in {period.words}
          </span>
        </h2>
      </div>
      {pages.fault !== null && <FaultNote fault={pages.fault} at={null} onRetry={pages.reload} />}
      {rows.length === 0 && pages.isLoading && <Waiting />}
      {rows.length === 0 && !pages.isLoading && pages.fault === null && (
        <p>
          <span class="state-words ok">
            <span aria-hidden="true">●</span> Every call has a price.
          </span>
        </p>
      )}
      <ul class="unpriced-list">
        {rows.map((row) => (
          <UnpricedRow key={`${row.provider}/${row.model}/${row.reason}`} row={row} onSet={onSet} />
        ))}
      </ul>
      <More onMore={pages.more} hasMore={pages.hasMore} />
    </section>
  );
}

function UnpricedRow({ row, onSet }: { readonly row: UnpricedModel; readonly onSet: Props['onSet'] }): JSX.Element {
  const { provider, model, calls, tokens, reason } = row;
  const { params } = usePeriod();
  const filters = {
    ...params,
    timezone: null,
    cost_status: 'unpriced',
    model: escapeValue(model ?? '(none)'),
    provider: escapeValue(provider ?? '(none)'),
  };
  return (
    <li>
      <div class="unpriced-says">
        <h3>
          {model === null ? (
            <span class="mut">a model nobody named</span>
          ) : (
            <Link href={priceHref(provider, model)}>
              <Name text={model} />
            </Link>
          )}{' '}
          <span class="mut">
            <Name text={provider ?? 'no provider'} />
          </span>
        </h3>
        <p class="meta">
          <Link href={hrefOf('/calls', filters)}>
            <Count of={calls} /> {calls === 1 ? 'call' : 'calls'}
          </Link>
          <span>
            <Count of={tokens} /> tokens
          </span>
          <span>
            last <Time iso={row.last_seen} relative />
          </span>
          <span class="warn-text">▲ {unpricedWords(reason)}</span>
        </p>
      </div>
      {onSet !== null && model !== null && isPriceable(row) && <Remedies row={row} model={model} onSet={onSet} />}
    </li>
  );
}

interface RemediesProps {
  readonly row: UnpricedModel;
  readonly model: string;
  readonly onSet: (setting: Setting) => void;
}

function Remedies({ row, model, onSet }: RemediesProps): JSX.Element {
  const { provider, suggestions, first_seen: firstSeen } = row;
  return (
    <div class="remedies">
      {suggestions.map((name) => (
        <Button
          key={name}
          label={`Price ${model} as ${name}`}
          onClick={() => onSet({ provider, model, known: null, firstSeen, mapsTo: name })}
        >
          as {name}
        </Button>
      ))}
      <Button
        kind="quiet"
        label={`Set rates for ${model}`}
        onClick={() => onSet({ provider, model, known: null, firstSeen })}
      >
        set rates
      </Button>
    </div>
  );
}
