import { NO_DIMENSION } from '../../../src/ledger.ts';
import type { CallRow } from '../../api/callJson.ts';
import { columnOf, type GroupKey } from '../../api/facts.ts';

/** A call's value of a dimension or tag, as the cube groups it. */
export function dimensionOf(call: CallRow, key: GroupKey): string {
  if ('dimension' in key) return call[columnOf[key.dimension]] ?? NO_DIMENSION;
  const tags = call.tags ?? {};
  return (Object.hasOwn(tags, key.tag) ? tags[key.tag] : undefined) ?? NO_DIMENSION;
}
