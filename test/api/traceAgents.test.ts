import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AgentCall, traceAgents } from '../../processor/api/traceAgents.ts';
import { formatUsd } from '../../src/money.ts';

const call = (agent: string | null, agentPath: readonly string[], costFemtoUsd: bigint | null): AgentCall => ({
  agent,
  agentPath,
  costFemtoUsd,
});
const USD = 10n ** 15n;
const drawn = (calls: readonly AgentCall[]): unknown[] =>
  traceAgents(calls).map(({ agent, own_cost_usd, with_below_cost_usd }) => [agent, own_cost_usd, with_below_cost_usd]);

describe('the agents of a trace', () => {
  it('own what they are nearest to, and have with it all that names them above: 1 + 2', () => {
    expect(drawn([call('a', ['a'], USD), call('b', ['b', 'a'], 2n * USD)])).toEqual([
      ['a', '1', '3'],
      ['b', '2', '2'],
    ]);
  });

  it('include one that a key or a resource names, of which no span says anything', () => {
    expect(drawn([call('key', ['said'], USD)])).toEqual([
      ['key', '1', '1'],
      ['said', '0', '1'],
    ]);
  });

  it('are (none) where nobody gave one, and come last where their cost is not known', () => {
    expect(drawn([call(null, [], 0n), call('c', ['c', 'b'], null), call('b', ['b'], null)])).toEqual([
      ['(none)', '0', '0'],
      ['b', null, null],
      ['c', null, null],
    ]);
  });

  it('own together exactly what the trace costs, each with at least its own', () => {
    const name: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c', 'd');
    const calls = fc.array(
      fc.record({
        agent: fc.option(name),
        agentPath: fc.uniqueArray(name),
        costFemtoUsd: fc.option(fc.bigInt({ min: 0n, max: 10n ** 24n })),
      }),
    );
    fc.assert(
      fc.property(calls, (all) => {
        const agents = traceAgents(all);
        expect(agents.reduce((count, agent) => count + agent.calls, 0)).toBe(all.length);
        for (const { agent, calls: own, own_cost_usd, with_below_calls, with_below_cost_usd } of agents) {
          const mine = all.filter((each) => (each.agent ?? '(none)') === agent);
          const below = all.filter((each) => mine.includes(each) || each.agentPath.includes(agent));
          const sum = (some: readonly AgentCall[]): string | null =>
            some.length > 0 && some.every(({ costFemtoUsd }) => costFemtoUsd === null)
              ? null
              : formatUsd(some.reduce((total, { costFemtoUsd }) => total + (costFemtoUsd ?? 0n), 0n));
          expect([own, own_cost_usd, with_below_calls, with_below_cost_usd]).toEqual([
            mine.length,
            sum(mine),
            below.length,
            sum(below),
          ]);
        }
      }),
    );
  });
});
