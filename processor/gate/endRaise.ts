import { TollgateError } from '../../src/errors.ts';
import { type Actor, recordAction } from '../access/auditLog.ts';
import type { Queries } from '../store/database.ts';
import { instant } from './budgetRows.ts';
import { advanceEpoch, seizePolicy } from './policyLock.ts';

const MICROS_A_MS = 1000;

/** Takes a raise back from now on; one that has ended stays as it is. Inside a transaction of its own. Throws `not_found`. */
export async function endRaise(
  client: Queries,
  asked: { readonly tenant: string; readonly name: string; readonly id: string; readonly actor: Actor },
): Promise<void> {
  const { tenant, name, id, actor } = asked;
  const nowMicros = await seizePolicy(client);
  const [found] = await client.query<{ is_open: boolean }>(
    `select ends_at > ${instant('$4')} as is_open from tollgate_data.budget_raises where tenant = $1 and budget = $2 and id = $3::bigint`,
    [tenant, name, id, nowMicros],
  );
  if (found === undefined) {
    throw new TollgateError('not_found', `There is no raise ${id} of the budget ${JSON.stringify(name)}`);
  }
  if (!found.is_open) return;
  await client.query(
    `update tollgate_data.budget_raises set ends_at = ${instant('$3')} where tenant = $1 and id = $2::bigint`,
    [tenant, id, nowMicros],
  );
  await advanceEpoch(client);
  const at = new Date(nowMicros / MICROS_A_MS);
  await recordAction(client, actor, { tenant, name: 'budget.raise_end', detail: { budget: name, raise: id }, at });
}
