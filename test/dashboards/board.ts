import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const FOLDER = fileURLToPath(new URL('../../dashboards/grafana/', import.meta.url));

const sourceSchema = z.object({ type: z.string(), uid: z.string() });
const panelSchema = z.object({
  id: z.int(),
  type: z.string(),
  title: z.string(),
  description: z.string().default(''),
  gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
  datasource: sourceSchema,
  targets: z
    .array(
      z.object({
        refId: z.string(),
        datasource: sourceSchema,
        format: z.string().optional(),
        rawSql: z.string().optional(),
        expr: z.string().optional(),
      }),
    )
    .default([]),
  options: z.unknown().optional(),
  transformations: z.unknown().optional(),
  fieldConfig: z
    .object({
      defaults: z.looseObject({}),
      overrides: z.array(z.object({ properties: z.array(z.object({ id: z.string(), value: z.unknown() })) })),
    })
    .default({ defaults: {}, overrides: [] }),
});
export type BoardPanel = z.output<typeof panelSchema>;

const boardSchema = z
  .object({
    uid: z.string(),
    title: z.string(),
    editable: z.boolean(),
    panels: z.array(panelSchema),
    templating: z.object({
      list: z.array(
        z.object({
          name: z.string(),
          type: z.string(),
          multi: z.boolean().default(false),
          allValue: z.string().optional(),
          query: z.union([z.string(), z.object({ query: z.string() })]).default(''),
        }),
      ),
    }),
  })
  .transform(({ templating, ...board }) => ({
    ...board,
    variables: templating.list.map(({ query, multi, ...variable }) => ({
      ...variable,
      isList: multi,
      query: variable.type === 'query' ? (typeof query === 'string' ? query : query.query) : '',
    })),
  }));
/** Of the JSON of a dashboard what the rules look at. */
export type Board = z.output<typeof boardSchema> & { readonly text: string };

export const boardFiles = (): string[] => readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
export const readBoardText = (file: string): string => readFileSync(`${FOLDER}${file}`, 'utf8');
export const parseBoard = (text: string): Board => ({ ...boardSchema.parse(JSON.parse(text)), text });
