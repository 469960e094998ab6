import { formatUsd } from '../../src/money.ts';
import { formatInstant } from '../api/instant.ts';
import type { Difference } from './differences.ts';
import type { RepriceReport } from './repricing.ts';

function sumsJson({ calls, newlyPricedCalls, newlyUnpricedCalls, beforeFemtoUsd, afterFemtoUsd }: Difference) {
  return {
    calls,
    newly_priced_calls: newlyPricedCalls,
    newly_unpriced_calls: newlyUnpricedCalls,
    before_usd: formatUsd(beforeFemtoUsd),
    after_usd: formatUsd(afterFemtoUsd),
    delta_usd: formatUsd(afterFemtoUsd - beforeFemtoUsd),
  };
}

/** As the API and the command answer it. */
export function reportJson({ request, examined, restated, total, byModel }: RepriceReport) {
  return {
    from: formatInstant(BigInt(request.fromMicros)),
    to: formatInstant(BigInt(request.toMicros)),
    dry_run: request.isDryRun,
    examined_calls: examined,
    restated_calls: restated,
    ...sumsJson(total),
    by_model: byModel.map(({ provider, model, ...sums }) => ({ provider, model, ...sumsJson(sums) })),
  };
}
