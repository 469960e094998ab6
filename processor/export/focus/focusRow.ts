import type { CallRow } from '../../api/callJson.ts';
import type { FemtoUsd } from '../../../src/money.ts';
import type { MeterKind } from './meters.ts';

/** Calls of one period, model, provider, price, kind and tags, added up. */
export interface FocusRow {
  /** Any of them: in what the columns show they are alike. */
  readonly call: CallRow;
  readonly kind: MeterKind;
  readonly tags: Readonly<Record<string, string>>;
  readonly unitPriceFemtoUsd: FemtoUsd | null;
  quantity: bigint;
  costFemtoUsd: FemtoUsd;
  /** A call has several rows and is counted in the first of them, so that these add up too. */
  calls: number;
  unpricedCalls: number;
}
