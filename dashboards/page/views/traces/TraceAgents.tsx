import type { JSX } from 'preact';
import type { Trace } from '../../answers.ts';
import { oneHref } from '../../model/lists.ts';
import { MoneyCell } from '../../parts/Money.tsx';
import { Name } from '../../parts/Name.tsx';
import { Table } from '../../parts/Table.tsx';
import { Link } from '../../router.ts';

/** What each agent of the trace spent itself, and with the agents below it. */
export function TraceAgents({ trace }: { readonly trace: Trace }): JSX.Element | null {
  if (trace.agents.length === 0) return null;
  return (
    <section aria-label="By agent">
      <div class="section-head">
        <h2>
          Agents <span class="mut">of the charged calls, alone and with the agents below them</span>
        </h2>
      </div>
      <Table
        caption="Cost of the trace by agent"
        rows={trace.agents}
        rowKey={({ agent }) => agent ?? ''}
        columns={[
          { id: 'agent', head: 'Agent', cell: ({ agent }) => <AgentName agent={agent} /> },
          { id: 'calls', head: 'Calls', align: 'end', cell: ({ calls }) => calls.toLocaleString('en-US') },
          { id: 'own', head: 'Own cost', align: 'end', cell: (row) => <MoneyCell usd={row.own_cost_usd} /> },
          {
            id: 'below',
            head: 'With below',
            align: 'end',
            cell: (row) => <MoneyCell usd={row.with_below_cost_usd} />,
          },
        ]}
      />
    </section>
  );
}

function AgentName({ agent }: { readonly agent: string | null }): JSX.Element {
  if (agent === null) return <Name text="(none)" />;
  return (
    <Link href={oneHref('agents', agent)}>
      <Name text={agent} />
    </Link>
  );
}
