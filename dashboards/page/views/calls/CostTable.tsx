import type { JSX } from 'preact';
import type { OneCall } from '../../answers.ts';
import { formatUsd, splitUsd } from '../../format/money.ts';
import { bucketWords } from '../../model/callWords.ts';
import { type CostPart, costParts } from '../../model/costParts.ts';
import { Money } from '../../parts/Money.tsx';

/** How the cost came about: each bucket's quantity, its rate and what they make. */
export function CostTable({ call }: { readonly call: OneCall }): JSX.Element {
  const parts = costParts(call.usage, call.cost);
  const digits = Math.max(...[call.cost_usd, ...parts.map(({ costUsd }) => costUsd)].map(restDigits));
  if (parts.length === 0) return <p class="mut">No usage was reported.</p>;
  return (
    <table class="cost-table">
      <caption class="vh">Usage and cost by bucket</caption>
      <thead>
        <tr>
          <th scope="col">Usage</th>
          <th scope="col" class="num">
            Quantity
          </th>
          <th scope="col" class="num">
            Rate
          </th>
          <th scope="col" class="num">
            Cost
          </th>
        </tr>
      </thead>
      <tbody>
        {parts.map((part) => (
          <PartRow key={part.bucket} part={part} digits={digits} />
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={3}>
            Sum
          </th>
          <td class="num">
            <ExactMoney usd={call.cost_usd} digits={digits} />
          </td>
        </tr>
      </tfoot>
    </table>
  );
}

function PartRow({ part, digits }: { readonly part: CostPart; readonly digits: number }): JSX.Element {
  return (
    <tr class={part.isPartOfOutput ? 'mut' : undefined}>
      <th scope="row">
        {bucketWords(part.bucket)}
        {part.isPartOfOutput && <span class="mut"> (part of output)</span>}
      </th>
      <td class="num">{part.quantity?.toLocaleString('en-US')}</td>
      <td class="num nw">{part.rateUsd !== null && <Rate part={part} rateUsd={part.rateUsd} />}</td>
      <td class="num">{!part.isPartOfOutput && <ExactMoney usd={part.costUsd} digits={digits} />}</td>
    </tr>
  );
}

/** A rate with more digits than money has is one that was multiplied: it is shown rounded, and says so. */
function Rate({ part, rateUsd }: { readonly part: CostPart; readonly rateUsd: string }): JSX.Element {
  return (
    <span title={`${rateUsd} USD per ${part.per}${part.isRateExact ? '' : ', rounded'}`}>
      {!part.isRateExact && '≈ '}
      {formatUsd(rateUsd)} <span class="mut">/ {part.per === 'million' ? 'M' : 'k'}</span>
    </span>
  );
}

/** How many decimals an amount has beyond its cents. */
function restDigits(usd: string | null): number {
  return usd === null ? 0 : splitUsd(usd, { exact: true }).rest.length;
}

/** Every decimal, so that the parts can be seen to add up, and the points one below the other. */
function ExactMoney({ usd, digits }: { readonly usd: string | null; readonly digits: number }): JSX.Element {
  return (
    <span class="nw">
      <Money usd={usd} exact />
      {usd !== null && (
        <span class="pad" aria-hidden="true">
          {'0'.repeat(Math.max(0, digits - restDigits(usd)))}
        </span>
      )}
    </span>
  );
}
