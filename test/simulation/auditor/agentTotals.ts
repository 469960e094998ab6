import type { Decision } from './chargedCopy.ts';
import { bearsUsage, isCall, isContainer, type CallRow, type Row } from './row.ts';
import type { Tree } from './tree.ts';

export interface Clock {
  readonly nowMs: number;
  readonly settleDelayMs: number;
}

/**
 * "An `invoke_agent` container that bears usage is charged only if nothing else accounts for it. It is `pending` until
 * `settle_delay_ms` after it was received, then charged with the reason `agent_total`. All other containers are never charged."
 */
export function containerDecision(row: CallRow, tree: Tree, { nowMs, settleDelayMs }: Clock): Decision {
  if (!isAgentTotal(row) || isAccountedFor(row, tree)) {
    return { charge: 'container', chargeReason: row.call.containerRule };
  }
  if (nowMs < row.receivedMs + settleDelayMs) return { charge: 'pending', chargeReason: 'agent_total' };
  return { charge: 'charged', chargeReason: 'agent_total' };
}

function isAgentTotal(row: Row): row is CallRow {
  return isContainer(row) && row.call.operation === 'invoke_agent' && bearsUsage(row);
}

/** "No usage-bearing call below or above it and no other agent total below it." */
function isAccountedFor(total: CallRow, tree: Tree): boolean {
  const below = tree.below(total);
  const isPaid = (row: Row): boolean => isCall(row) && bearsUsage(row);
  return below.some(isPaid) || tree.above(total).some(isPaid) || below.some(isAgentTotal);
}
