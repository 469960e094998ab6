import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { formatDate } from '../../format/times.ts';
import { priceHref, type RateName, rateOf, sourceWords } from '../../model/rates.ts';
import { MoneyCell } from '../../parts/Money.tsx';
import { More } from '../../parts/More.tsx';
import { Name } from '../../parts/Name.tsx';
import { Segments } from '../../parts/Segments.tsx';
import { Empty, FaultNote, Waiting } from '../../parts/State.tsx';
import { type Column, Table } from '../../parts/Table.tsx';
import { TextField } from '../../parts/TextField.tsx';
import type { Price } from '../../policyAnswers.ts';
import { Link, useQuery } from '../../router.ts';
import { useOnGrowth } from '../../useOnGrowth.ts';
import { usePages } from '../../usePages.ts';

const ANY = 'any';
const sources = [
  { value: ANY, label: 'all' },
  { value: 'custom', label: 'set here' },
  { value: 'correction', label: 'corrections' },
  { value: 'default', label: 'rate card' },
];
const PAGE = 50;
/** After the last letter: not one question a letter. */
const TYPING_MS = 250;

/** The prices in force now, or on a day: those that were set before the rate card. */
export function PriceList({ version }: { readonly version: number }): JSX.Element {
  const [model, setModel] = useQuery('model', '');
  const [provider, setProvider] = useQuery('provider', '');
  const [source, setSource] = useQuery('source', ANY);
  const [at, setAt] = useQuery('at', '');
  const params = { model, provider, source: source === ANY ? null : source, at, limit: PAGE };
  const pages = usePages<Price>('/api/v1/prices', params);
  useOnGrowth(version, pages.reload);
  const isEmpty = pages.rows.length === 0;
  return (
    <section class="price-list">
      <div class="section-head">
        <h2>
          Prices in force <span class="mut">US dollars for a million tokens{at !== '' && `, on ${at}`}</span>
        </h2>
      </div>
      <div class="price-tools in-section">
        <Typed label="Model" value={model} onSettled={setModel} placeholder="a part of the name" />
        <Typed label="Provider" value={provider} onSettled={setProvider} placeholder="openai" />
        <TextField label="On" type="date" value={at} onInput={(text) => setAt(text === '' ? null : text)} />
        <Segments label="Source" value={source} options={sources} onChange={setSource} />
      </div>
      {pages.fault !== null && <FaultNote fault={pages.fault} at={null} onRetry={pages.reload} />}
      {isEmpty && pages.isLoading && <Waiting />}
      {isEmpty && !pages.isLoading && pages.fault === null && (
        <Empty title="No price is like that">
          <p>
            Take a part of the filter away. A model may still be priced by a glob, or as another spelling of its name.
          </p>
        </Empty>
      )}
      {!isEmpty && <Table caption="Prices in force" columns={columns} rows={pages.rows} rowKey={rowKey} />}
      <More onMore={pages.more} hasMore={pages.hasMore} />
    </section>
  );
}

const rowKey = (price: Price): string =>
  `${price.source}/${price.set_by}/${price.provider}/${price.model}/${price.effective_from}`;

function Rate({ price, name }: { readonly price: Price; readonly name: RateName }): JSX.Element | null {
  const rate = rateOf(price, name);
  if (rate !== null) return <MoneyCell usd={rate} />;
  return price.maps_to === null ? <span class="mut">–</span> : null;
}

const columns: Column<Price>[] = [
  {
    id: 'model',
    head: 'Model',
    cell: (price) => (
      <>
        <Link href={priceHref(price.provider, price.model)}>
          <Name text={price.model} />
        </Link>
        {price.maps_to !== null && (
          <span class="mut">
            {' '}
            as <Name text={price.maps_to} />
          </span>
        )}
        {price.long_context.length > 0 && <span class="tag">dearer when long</span>}
        <span class="only-phone mut">{price.provider}</span>
      </>
    ),
  },
  { id: 'provider', head: 'Provider', hideOnPhone: true, cell: ({ provider }) => <Name text={provider} /> },
  { id: 'input', head: 'Input', align: 'end', cell: (price) => <Rate price={price} name="input_usd_per_mtok" /> },
  { id: 'output', head: 'Output', align: 'end', cell: (price) => <Rate price={price} name="output_usd_per_mtok" /> },
  {
    id: 'cache',
    head: 'Cache read',
    align: 'end',
    hideOnPhone: true,
    cell: (price) => <Rate price={price} name="cache_read_usd_per_mtok" />,
  },
  {
    id: 'since',
    head: 'Since',
    hideOnPhone: true,
    cell: ({ effective_from: from }) => (
      <span class="nw mut">{from === null ? 'always' : formatDate(from, 'UTC')}</span>
    ),
  },
  { id: 'source', head: 'From', hideOnPhone: true, cell: (price) => <span class="nw">{sourceWords(price)}</span> },
];

interface TypedProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  readonly onSettled: (value: string | null) => void;
}

function Typed({ label, value, placeholder, onSettled }: TypedProps): JSX.Element {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => onSettled(text === '' ? null : text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, value, onSettled]);
  return <TextField label={label} value={text} onInput={setText} placeholder={placeholder} />;
}
