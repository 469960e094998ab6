import { containerDecision, type Clock } from './auditor/agentTotals.ts';
import { attributionOf } from './auditor/attributionRules.ts';
import { chargedOf, duplicateOf, type AuditedCall, type Joined } from './auditor/chargedCopy.ts';
import { nestedRule } from './auditor/nestedRule.ts';
import { providerIdRule } from './auditor/providerIdRule.ts';
import { type CallRow, groupBy, isCall, isContainer, rowsOf, type Received, type Row } from './auditor/row.ts';
import { Sets, type Pair } from './auditor/sets.ts';
import { siblingRule } from './auditor/siblingRule.ts';
import { sumsOf, type Sums } from './auditor/sums.ts';
import { treesOf, type Tree } from './auditor/tree.ts';

export type { Received } from './auditor/row.ts';

export interface Given extends Clock {
  /** Which of two copies of one row is kept. */
  readonly isBetter: (one: Received, other: Received) => boolean;
}

export interface Audited {
  readonly calls: readonly AuditedCall[];
  readonly sums: Sums;
}

/** What the books must say of these spans, by docs/charging.md alone: a function of the set, not of its order. */
export function audit(received: readonly Received[], given: Given): Audited {
  const tenants = groupBy(rowsOf(received, given.isBetter), ({ tenant }) => tenant);
  const calls = tenants.flatMap((rows) => {
    const [first] = rows;
    const copies = received.filter(({ tenant }) => tenant === first?.tenant).filter(isCall);
    return auditTenant(rows, copies, given);
  });
  return { calls, sums: sumsOf(calls) };
}

function auditTenant(rows: readonly Row[], copies: readonly CallRow[], clock: Clock): readonly AuditedCall[] {
  const trees = treesOf(rows);
  const treeOf = (row: Row): Tree => {
    const tree = trees.find(({ rows: members }) => members.includes(row));
    if (tree === undefined) throw new Error(`expected a trace of span ${row.span.spanId}, found none`);
    return tree;
  };
  const nestings = trees.map(nestedRule);
  const totals = new Set(nestings.flatMap((nesting) => [...nesting.totals]));
  const nested = nestings.flatMap(({ copies }) => copies);
  const sameProviderId = providerIdRule({ calls: rows.filter(isCall), totals, copies }, new Sets(nested));
  const sibling = trees.flatMap((tree) => siblingRule(tree, totals, new Sets(nested)));
  const joined: Joined = {
    nested: new Sets(nested),
    sameProviderId: new Sets(sameProviderId),
    sibling: new Sets(sibling),
  };
  const paidCalls = new Sets([...nested, ...sameProviderId, ...sibling] satisfies Pair[]);

  return rows.flatMap((row): AuditedCall[] => {
    if (isContainer(row)) {
      return [{ row, ...containerDecision(row, treeOf(row), clock), attribution: attributionOf([row], treeOf) }];
    }
    if (!isCall(row)) return [];
    const alone = attributionOf([row], treeOf);
    if (totals.has(row)) return [{ row, charge: 'container', chargeReason: 'total_over_calls', attribution: alone }];
    const ofPaidCall = paidCalls.of(row);
    const charged = chargedOf(ofPaidCall, treeOf);
    if (charged !== row) return [{ row, ...duplicateOf(row, charged, joined), attribution: alone }];
    return [{ row, charge: 'charged', chargeReason: null, attribution: attributionOf(ofPaidCall, treeOf) }];
  });
}
