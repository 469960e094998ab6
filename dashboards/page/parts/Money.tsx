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

/** A column of small amounts has so many digits after the cents at most, unless told otherwise. */
const REST_DIGITS = 4;
const padding = '0'.repeat(18);

/** How many digits after the cents the longest of these amounts has: what a column of them is padded to. */
export function restDigits(amounts: readonly (string | null)[]): number {
  return Math.max(0, ...amounts.map((usd) => (usd === null ? 0 : splitUsd(usd).rest.length)));
}

/** In a column of amounts, aligned at the point: digits it lacks are there, but not seen. */
export function MoneyCell({ usd, digits = REST_DIGITS }: Props & { readonly digits?: number }): JSX.Element {
  if (usd === null) return <NoPrice />;
  const { whole, cents, rest } = splitUsd(usd);
  return (
    <span class="money nw" title={exactTitle(usd)}>
      {whole}
      {cents}
      {rest !== '' && <span class="ct">{rest}</span>}
      {rest.length < digits && (
        <span class="pad" aria-hidden="true">
          {padding.slice(0, digits - rest.length)}
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
