import type { CallRow } from '../../api/callJson.ts';
import type { FemtoUsd } from '../../../src/money.ts';
import type { MeterKind } from './meters.ts';

/** What the columns show of a call: not all of it is kept, since many rows are open at once. */
export type ShownCall = Pick<
  CallRow,
  | 'provider'
  | 'model'
  | 'price_source'
  | 'price_card'
  | 'price_effective_from'
  | 'service_tier'
  | 'cost_status'
  | 'unpriced_reason'
>;

/** Calls of one period, model, provider, price, kind and tags, added up. */
export interface FocusRow {
  /** Of any of them: in this they are alike. */
  readonly call: ShownCall;
  readonly kind: MeterKind;
  readonly tags: Readonly<Record<string, string>>;
  readonly unitPriceFemtoUsd: FemtoUsd | null;
  quantity: bigint;
  costFemtoUsd: FemtoUsd;
  /** A call has several rows and is counted in the first of them, so that these add up too. */
  calls: number;
  unpricedCalls: number;
}
