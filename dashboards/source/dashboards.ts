import { agent } from './agent.ts';
import { budgets } from './budgets.ts';
import { health } from './health.ts';
import { spend } from './spend.ts';
import { trace } from './trace.ts';

const built = {
  'spend.json': spend,
  'budgets.json': budgets,
  'agent.json': agent,
  'trace.json': trace,
  'tollgate.json': health,
};

/** Name and text of each file in dashboards/grafana. */
export const dashboardFiles = (): [name: string, text: string][] =>
  Object.entries(built).map(([name, build]) => [name, `${JSON.stringify(build(), null, 2)}\n`]);
