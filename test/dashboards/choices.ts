import type { Dashboard, Variable } from './dashboards.ts';
import { expandMacros, type QueryRange } from './expandMacros.ts';
import { putVariables, single, type Variables, type VariableValue } from './variables.ts';

/** What somebody chose in the row of variables on top of a dashboard, beyond what it opens with. */
export interface Chosen {
  readonly timezone: string;
  /** By variable: one value or several; a variable that is not here has what the dashboard opens with. */
  readonly values: Readonly<Record<string, string | readonly string[]>>;
}

/** The rows of a variable's query: its first column, or its only one. */
export type AskNames = (sql: string) => Promise<readonly string[]>;

/** `name : value` pairs or plain values, as the text of a custom or interval variable lists them. */
export function listedValues(query: string): string[] {
  return query.split(',').map((item) => {
    const [, value = item] = /^[^:]*? : (.*)$/.exec(item.trim()) ?? [];
    return value.trim();
  });
}

const textOf = (query: Variable['query']): string => (typeof query === 'string' ? query : (query?.rawSql ?? ''));

/** Values of every variable of a dashboard, queries among them run in order: one may name those before it. */
export async function chooseValues(
  dashboard: Dashboard,
  range: QueryRange,
  { timezone, values }: Chosen,
  askNames: AskNames,
): Promise<Variables> {
  const chosen = new Map<string, VariableValue>([
    ['__timezone', single(timezone)],
    ['__from', single(String(range.from.getTime()))],
    ['__to', single(String(range.to.getTime()))],
  ]);
  for (const variable of dashboard.variables) {
    const wanted = values[variable.name];
    const isChosen = wanted !== undefined;
    chosen.set(
      variable.name,
      isChosen
        ? { multi: variable.multi, includeAll: variable.includeAll, value: wanted }
        : await opened(variable, () => askNames(expandSql(textOf(variable.query), range, chosen))),
    );
  }
  return chosen;
}

async function opened(variable: Variable, names: () => Promise<readonly string[]>): Promise<VariableValue> {
  const { type, multi, includeAll, allValue, query, current } = variable;
  const kind = { multi, includeAll };
  const given = current.value ?? '';
  if ([given].flat().includes('$__all')) {
    return allValue === undefined || allValue === null || allValue === ''
      ? { ...kind, value: await names() }
      : { ...kind, value: allValue, isAllValue: true };
  }
  switch (type) {
    // Without a value of its own it opens with the first of what it finds.
    case 'query':
      return { ...kind, value: given.length > 0 ? given : ((await names())[0] ?? '') };
    case 'custom':
    case 'interval':
      return { ...kind, value: given.length > 0 ? given : (listedValues(textOf(query))[0] ?? '') };
    case 'textbox':
    case 'constant':
      return { ...kind, value: given.length > 0 ? given : textOf(query) };
    case 'datasource':
      return { ...kind, value: given.length > 0 ? given : 'first-of-its-type' };
    default:
      throw new Error(`the variable ${variable.name} is of type ${type}, which these tests do not know`);
  }
}

export const expandSql = (sql: string, range: QueryRange, variables: Variables): string =>
  expandMacros(putVariables(sql, variables), range).sql;
