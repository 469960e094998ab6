import type { PricedCall } from '../../src/call.ts';
import { formatUsd } from '../../src/money.ts';
import type { StoredCall } from '../store/store.ts';
import type { AddedAttribute } from './addedAttribute.ts';

/**
 * What the forwarded span of a call says more than it did: its cost in the draft conventions
 * (https://github.com/open-telemetry/semantic-conventions-genai/pull/443) and to the last digit, what was decided about it at
 * the commit, and whom it belongs to.
 */
export function callAdditions({ price }: PricedCall, { charge, attribution }: StoredCall): readonly AddedAttribute[] {
  const added: AddedAttribute[] = [];
  if (price.status !== 'unpriced') {
    const costUsd = formatUsd(price.costFemtoUsd);
    added.push(
      // The conventions want a double; whoever adds up money reads the decimal.
      { key: 'gen_ai.usage.cost.amount', value: Number(costUsd) },
      { key: 'gen_ai.usage.cost.currency', value: 'USD' },
      { key: 'gen_ai.usage.cost.source', value: price.source === 'provider' ? 'provider' : 'local' },
      { key: 'tollgate.cost.usd', value: costUsd },
    );
  }
  added.push({ key: 'tollgate.cost.status', value: price.status }, { key: 'tollgate.charge', value: charge });
  const { agent, user, session } = attribution;
  if (agent !== null) added.push({ key: 'gen_ai.agent.name', value: agent });
  if (user !== null) added.push({ key: 'user.id', value: user });
  if (session !== null) added.push({ key: 'gen_ai.conversation.id', value: session });
  return added;
}
