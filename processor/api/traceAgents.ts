import { z } from 'zod';
import { NO_DIMENSION } from '../../src/ledger.ts';
import type { FemtoUsd } from '../../src/money.ts';
import { addCall, type CostSum, emptySum, isUnknown, usdOf } from './costSum.ts';
import { usdSchema } from './measures.ts';

export const traceAgentSchema = z
  .object({
    agent: z.string().meta({ description: '(none) where nobody gave it' }),
    calls: z.int().meta({ description: 'Charged calls of the agent itself' }),
    own_cost_usd: usdSchema.nullable().meta({ description: 'Of these; null where none of them has a price' }),
    with_below_calls: z.int(),
    with_below_cost_usd: usdSchema.nullable().meta({
      description:
        'With the calls of the agents below it: those that have it on their agent_path. A call counts once for each agent of its path, so these do not add up to the trace',
    }),
  })
  .meta({ id: 'TraceAgent' });
export type TraceAgentJson = z.output<typeof traceAgentSchema>;

/** A charged call as far as it matters here. */
export interface AgentCall {
  readonly agent: string | null;
  /** The nearest first. It may lack `agent`, which an API key or the resource may have said. */
  readonly agentPath: readonly string[];
  /** Null where the price is not known. */
  readonly costFemtoUsd: FemtoUsd | null;
}

/** The agents of a trace, the dearest first: unknown costs last, ties by name. */
export function traceAgents(calls: readonly AgentCall[]): TraceAgentJson[] {
  const own = new Map<string, CostSum>();
  const withBelow = new Map<string, CostSum>();
  for (const { agent, agentPath, costFemtoUsd } of calls) {
    const owner = agent ?? NO_DIMENSION;
    add(own, owner, costFemtoUsd);
    for (const each of new Set([owner, ...agentPath])) add(withBelow, each, costFemtoUsd);
  }
  return [...withBelow].sort(byCost).map(([agent, sum]) => ({
    agent,
    calls: own.get(agent)?.calls ?? 0,
    own_cost_usd: usdOf(own.get(agent) ?? emptySum()),
    with_below_calls: sum.calls,
    with_below_cost_usd: usdOf(sum),
  }));
}

function add(sums: Map<string, CostSum>, agent: string, costFemtoUsd: FemtoUsd | null): void {
  const sum = sums.get(agent) ?? emptySum();
  addCall(sum, costFemtoUsd);
  sums.set(agent, sum);
}

function byCost([nameOne, one]: [string, CostSum], [nameTwo, two]: [string, CostSum]): number {
  if (isUnknown(one) !== isUnknown(two)) return isUnknown(one) ? 1 : -1;
  if (one.costFemtoUsd !== two.costFemtoUsd) return one.costFemtoUsd > two.costFemtoUsd ? -1 : 1;
  return nameOne < nameTwo ? -1 : 1;
}
