import { NO_DIMENSION } from '../../../src/ledger.ts';
import type { CallRow } from '../../api/callJson.ts';
import type { GroupKey } from '../../api/facts.ts';

const columnOf = {
  agent: 'agent',
  user: 'user_id',
  session: 'session_id',
  run: 'run_id',
  model: 'model',
  provider: 'provider',
  service: 'service',
  operation: 'operation',
  environment: 'environment',
  endpoint: 'endpoint',
} as const;

/** A call's value of a dimension or tag, as the cube groups it. */
export function dimensionOf(call: CallRow, key: GroupKey): string {
  if ('dimension' in key) return call[columnOf[key.dimension]] ?? NO_DIMENSION;
  const tags = call.tags ?? {};
  return (Object.hasOwn(tags, key.tag) ? tags[key.tag] : undefined) ?? NO_DIMENSION;
}
