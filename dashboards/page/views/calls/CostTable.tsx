import type { JSX } from 'preact';
import type { OneCall } from '../../answers.ts';
import { formatUsd } from '../../format/money.ts';
import { bucketWords } from '../../model/callWords.ts';
import { type CostPart, costParts } from '../../model/costParts.ts';
import { MoneyCell } from '../../parts/Money.tsx';

/** How the cost came about: each bucket's quantity, its rate and what they make. */
export function CostTable({ call }: { readonly call: OneCall }): JSX.Element {
  const parts = costParts(call.usage, call.cost);
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
          <PartRow key={part.bucket} part={part} />
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={3}>
            Sum
          </th>
          <td class="num">
            <MoneyCell usd={call.cost_usd} />
          </td>
        </tr>
      </tfoot>
    </table>
  );
}

function PartRow({ part }: { readonly part: CostPart }): JSX.Element {
  return (
    <tr class={part.isPartOfOutput ? 'mut' : undefined}>
      <th scope="row">
        {bucketWords(part.bucket)}
        {part.isPartOfOutput && <span class="mut"> (part of output)</span>}
      </th>
      <td class="num">{part.quantity?.toLocaleString('en-US')}</td>
      <td class="num nw">{part.rateUsd !== null && <Rate part={part} rateUsd={part.rateUsd} />}</td>
      <td class="num">{!part.isPartOfOutput && <MoneyCell usd={part.costUsd} />}</td>
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
