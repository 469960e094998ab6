import type { FemtoUsd } from '../money.ts';
import type { JsonObject } from './json.ts';
import { leaf } from './json.ts';
import { readReportedCost } from './reportedCost.ts';

/** The cost in an object of costs in USD: its `total`, else the sum of its parts. Null where no part is a cost. */
export function totalOfCosts(costs: JsonObject | null): FemtoUsd | null {
  if (costs === null) return null;
  const total = readReportedCost(leaf(costs, 'total'));
  if (total !== null) return total;
  let sum: FemtoUsd | null = null;
  for (const part of Object.keys(costs)) {
    const cost = readReportedCost(leaf(costs, part));
    if (cost !== null) sum = (sum ?? 0n) + cost;
  }
  return sum;
}
