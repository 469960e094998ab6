import { markdownTable } from './markdown.ts';
import type { ClientResults } from './results.ts';
import { callShapes, clientGroups } from './shapes.ts';
import type { CallShape, ClientGroup } from './shapes.ts';

/** The Node majors that every client is run on. */
const nodeMajors = [20, 22, 24] as const;

/** A client's results, and the set of packages it is in. */
export interface MatrixClient {
  readonly id: string;
  readonly results: ClientResults;
}

const setOf = ({ id }: MatrixClient): string => id.split('-')[0] ?? '';
const titleOf = ({ results }: MatrixClient): string =>
  results.packages.map((name) => name.replace(/ (?=\d)/, '<br>')).join('<br>');

const scenarioOf = ({ results }: MatrixClient, { scenarios }: CallShape): string | undefined =>
  scenarios.find((name) => results.scenarios[name] !== undefined);

const reasonOf = ({ results }: MatrixClient, group: ClientGroup, { scenarios }: CallShape): string | undefined =>
  scenarios.map((name) => results.reasons[name]).find((reason) => reason !== undefined) ??
  group.reasons[scenarios[0] ?? ''];

/** `usage` of which Nodes; Nodes that found different things stand apart. */
function outcomeCell(results: ClientResults, scenario: string): string {
  const byNode = Object.entries(results.scenarios[scenario] ?? {});
  const outcomes = [...new Set(byNode.map(([, outcome]) => outcome))];
  return outcomes
    .map((outcome) => [outcome, ...byNode.filter((pair) => pair[1] === outcome).map(([node]) => node)].join(' '))
    .join('<br>');
}

/** What nothing was found for and nothing explains; empty when the matrix is whole. */
export function holesOf(clients: readonly MatrixClient[]): string[] {
  const grouped = new Set(clientGroups.flatMap(({ sets }) => sets));
  const strays = clients.filter((client) => !grouped.has(setOf(client))).map(({ id }) => `${id}: in no group`);
  const nodes = clients.flatMap(({ id, results: { nodeMin, scenarios } }) =>
    nodeMajors
      .filter((node) => node >= nodeMin)
      .map((node) => ({
        node,
        missing: Object.keys(scenarios).filter((name) => scenarios[name]?.[node] === undefined),
      }))
      .filter(({ missing }) => missing.length > 0)
      .map(({ node, missing }) => `${id}: no result on Node ${node} for ${missing.join(' ')}`),
  );
  const cells = clientGroups
    .filter(({ isByShape }) => isByShape)
    .flatMap((group) =>
      callShapes.flatMap((shape) =>
        clientsOf(group, clients)
          .filter((client) => scenarioOf(client, shape) === undefined && reasonOf(client, group, shape) === undefined)
          .map(({ id }) => `${id}: ${shape.scenarios[0]} has neither a scenario nor a reason`),
      ),
    );
  return [...strays, ...nodes, ...cells];
}

const clientsOf = ({ sets }: ClientGroup, clients: readonly MatrixClient[]): MatrixClient[] =>
  sets.flatMap((set) => clients.filter((client) => setOf(client) === set));

export const matrixOf = (clients: readonly MatrixClient[]): string =>
  clientGroups
    .map((group) => ({ group, members: clientsOf(group, clients) }))
    .filter(({ members }) => members.length > 0)
    .map(({ group, members }) =>
      [`## ${group.title}`, group.isByShape ? shapeTables(group, members) : members.map(ownTable).join('\n\n')].join(
        '\n\n',
      ),
    )
    .join('\n\n');

/** A reason stands once below its table, and its number in the cells. */
function shapeTables(group: ClientGroup, members: readonly MatrixClient[]): string {
  const reasons: string[] = [];
  const numberOf = (reason: string): number => {
    if (!reasons.includes(reason)) reasons.push(reason);
    return reasons.indexOf(reason) + 1;
  };
  const cellOf = (client: MatrixClient, shape: CallShape): string => {
    const scenario = scenarioOf(client, shape);
    if (scenario === undefined) return `– (${numberOf(reasonOf(client, group, shape) ?? '')})`;
    const why = client.results.ungated[scenario];
    return `${outcomeCell(client.results, scenario)}${why === undefined ? '' : ` (${numberOf(why)})`}`;
  };
  const rows = callShapes.map((shape) => [shape.title, ...members.map((client) => cellOf(client, shape))]);
  const table = markdownTable([['', ...members.map(titleOf)], ...rows]);
  const notes = reasons.map((reason, index) => `(${index + 1}) ${reason}`).join(' · ');
  return [table, notes, ...members.map(furtherLine)].filter((text) => text !== '').join('\n\n');
}

/** The scenarios of a client that are no row of their own. */
function furtherLine(client: MatrixClient): string {
  const shown = new Set(callShapes.map((shape) => scenarioOf(client, shape)));
  const further = Object.keys(client.results.scenarios).filter((name) => !shown.has(name));
  if (further.length === 0) return '';
  const each = further.map((name) => `\`${name}\` ${outcomeCell(client.results, name)}`.replaceAll('<br>', ', '));
  return `Also of ${client.results.packages.join(', ')}: ${each.join('; ')}.`;
}

function ownTable({ results }: MatrixClient): string {
  const { scenarios, reasons, ungated, packages } = results;
  const rows = Object.keys(scenarios).map((name) => {
    const why = ungated[name];
    return [`\`${name}\``, `${outcomeCell(results, name)}${why === undefined ? '' : `: ${why}`}`];
  });
  const missing = Object.entries(reasons).map(([name, reason]) => [`\`${name}\``, `– ${reason}`]);
  return markdownTable([[packages.join(', '), ''], ...rows, ...missing]);
}
