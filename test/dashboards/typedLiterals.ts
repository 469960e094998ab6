import type { Dashboard, FieldConfigSource } from '@grafana/schema';

/**
 * A dashboard's JSON as TypeScript literals of Grafana's own types, for `tsc` to judge: `@grafana/schema` has types, and no JSON schema.
 * A property that the types do not know, and a word that is not of an enumeration, are errors there.
 */

/** Panel types with options of their own. `traces` has none, so anything in its options is an error. */
const configOf = { stat: 'Stat', table: 'Table', timeseries: 'TimeSeries', bargauge: 'BarGauge' } as const;
const withFields = new Set(['table', 'timeseries']);

const PRELUDE = `import type * as schema from '@grafana/schema';
${Object.entries(configOf)
  .map(
    ([type, name]) =>
      `import type * as ${type} from '@grafana/schema/dist/esm/raw/composable/${type}/panelcfg/x/${name}PanelCfg_types.gen';`,
  )
  .join('\n')}

// JSON holds the words of an enumeration, where TypeScript wants its members.
type IsAny<T> = 0 extends 1 & T ? true : false;
type Json<T> = IsAny<T> extends true ? unknown : T extends string ? \`\${T}\` : T extends number | boolean | null | undefined ? T
  : T extends readonly (infer Item)[] ? Json<Item>[] : T extends object ? { [Key in keyof T]: Json<T[Key]> } : unknown;
// Grafana fills in what options leave out.
type Some<T> = T extends readonly (infer Item)[] ? Some<Item>[] : T extends object ? { [Key in keyof T]?: Some<T[Key]> } : T;

type Source<Type, Uid> = { type: Type; uid: Uid };
type Target =
  | { refId: string; datasource: Source<'grafana-postgresql-datasource', '\${datasource}'>; format: 'table' | 'time_series';
      rawSql: string; rawQuery: true; editorMode: 'code' }
  | { refId: string; datasource: Source<'prometheus', '\${prometheus}'>; expr: string; legendFormat: string; range: boolean;
      instant: boolean; format?: 'time_series' };
type Link = { title: string; url: string; targetBlank?: boolean };
type Field<Custom> = Omit<Json<schema.FieldConfig>, 'custom' | 'links'> & { links?: Link[]; custom?: Some<Json<Custom>> };
type PanelOf<Type, Options, Custom> = Omit<Json<schema.Panel>, 'type' | 'options' | 'fieldConfig' | 'targets'> & {
  id: number; title: string; description: string; gridPos: Json<schema.GridPos>;
  type: Type; options?: Some<Json<Options>>; targets: Target[];
  fieldConfig?: { defaults: Field<Custom>; overrides: { matcher: { id: 'byName' | 'byRegexp'; options: string }; properties: { id: string; value?: unknown }[] }[] };
};
type Nothing = { readonly [key in never]: never };
type Annotation = Omit<Json<schema.AnnotationQuery>, 'target'> & { target?: Target };
type DashboardOf = Omit<Json<schema.Dashboard>, 'panels' | 'templating' | 'annotations'> & {
  uid: string; title: string; description: string; panels: []; templating: { list: Json<schema.VariableModel>[] }; annotations: { list: Annotation[] };
};
`;

export type DashboardJson = Pick<Dashboard, 'panels'>;
type Override = FieldConfigSource['overrides'][number];

export function typedLiterals(dashboard: DashboardJson): string {
  const { panels = [], ...rest } = dashboard;
  const lines = [PRELUDE, `export const dashboard: DashboardOf = ${JSON.stringify({ ...rest, panels: [] })};`];
  panels.forEach((panel, index) => {
    lines.push(`export const panel${index}: PanelOf<${typesOf(panel.type)}> = ${JSON.stringify(panel)};`);
    const overrides = 'fieldConfig' in panel ? (panel.fieldConfig?.overrides ?? []) : [];
    overrides.forEach((override, place) => {
      const type = `Field<${customOf(panel.type)}>`;
      lines.push(`export const override${index}_${place}: ${type} = ${JSON.stringify(fieldOf(override))};`);
    });
  });
  return `${lines.join('\n')}\n`;
}

const customOf = (type: string): string => (withFields.has(type) ? `${type}.FieldConfig` : 'Nothing');

function typesOf(type: string): string {
  if (type === 'traces') return `'traces', Nothing, Nothing`;
  if (!(type in configOf)) throw new Error(`the panel type ${type} has no types here`);
  return `'${type}', ${type}.Options, ${customOf(type)}`;
}

/** `custom.width` = 1 is `{custom: {width: 1}}`: an override sets fields of the same types. */
function fieldOf({ properties }: Override): Record<string, unknown> {
  const field: Record<string, unknown> = {};
  const custom: Record<string, unknown> = {};
  for (const { id, value } of properties) {
    if (id.startsWith('custom.')) custom[id.slice('custom.'.length)] = value;
    else field[id] = value;
  }
  return Object.keys(custom).length === 0 ? field : { ...field, custom };
}
