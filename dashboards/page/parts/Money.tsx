import type { JSX } from 'preact';
import { formatUsd, NO_PRICE, splitUsd } from '../format/money.ts';

interface Props {
  readonly usd: string | null;
  /** Every decimal there is. */
  readonly exact?: boolean;
}

/** Dollars and cents in ink, what is smaller dimmed; the exact amount is its title. */
export function Money({ usd, exact = false }: Props): JSX.Element {
  if (usd === null) return <NoPrice />;
  const { whole, cents, rest } = splitUsd(usd, { exact });
  return (
    <span class="money" title={exactTitle(usd)}>
      {whole}
      {cents}
      {rest !== '' && <span class="ct">{rest}</span>}
    </span>
  );
}

/** Decimals of a column: so many stand to the right of the point in each cell, the missing ones invisible. */
const COLUMN_REST_DIGITS = 4;
const padding = '0'.repeat(COLUMN_REST_DIGITS);

/** In a column of amounts, aligned at the point. */
export function MoneyCell({ usd }: Props): JSX.Element {
  if (usd === null) return <NoPrice />;
  const { whole, cents, rest } = splitUsd(usd);
  return (
    <span class="money nw" title={exactTitle(usd)}>
      {whole}
      {cents}
      <span class="ct">{rest}</span>
      {rest.length < COLUMN_REST_DIGITS && (
        <span class="pad" aria-hidden="true">
          {padding.slice(rest.length)}
        </span>
      )}
    </span>
  );
}

/** The one large number of a view. */
export function HugeMoney({ usd }: Props): JSX.Element {
  if (usd === null) return <NoPrice />;
  const { whole, cents, rest } = splitUsd(usd);
  return (
    <span title={exactTitle(usd)}>
      {whole}
      <span class="ct">
        {cents}
        {rest}
      </span>
    </span>
  );
}

function NoPrice(): JSX.Element {
  return (
    <span class="unk nw" title="Nobody knows the price: it is not counted as 0, it is not in any sum">
      {NO_PRICE}
    </span>
  );
}

function exactTitle(usd: string): string {
  return `${formatUsd(usd, { exact: true })} exactly`;
}
