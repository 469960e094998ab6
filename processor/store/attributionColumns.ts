import type { Attribution, AttributionRule, Charge } from '../../src/call.ts';
import { storableText } from '../../src/storableText.ts';
import { type Column, storableJson, jsonb, text } from './columns.ts';

/** What is decided of a call when its trace is settled; all else in its row is the span's own. */
export interface Decided {
  readonly charge: Charge;
  readonly chargeReason: string | null;
  readonly attribution: Attribution;
}

export function decidedColumns<Row>(of: (row: Row) => Decided): readonly Column<Row>[] {
  return [
    text('agent', (row) => of(row).attribution.agent),
    text('agent_id', (row) => of(row).attribution.agentId),
    text('user_id', (row) => of(row).attribution.user),
    text('session_id', (row) => of(row).attribution.session),
    text('run_id', (row) => of(row).attribution.run),
    text('endpoint', (row) => of(row).attribution.endpoint),
    jsonb('tags', (row) => recordOrNull(of(row).attribution.tags)),
    jsonb('agent_path', (row) => pathOrNull(of(row).attribution)),
    text('agent_rule', (row) => of(row).attribution.rules.agent),
    text('user_rule', (row) => of(row).attribution.rules.user),
    text('session_rule', (row) => of(row).attribution.rules.session),
    text('charge', (row) => of(row).charge),
    text('charge_reason', (row) => of(row).chargeReason),
  ];
}

export interface AttributionRow {
  readonly agent: string | null;
  readonly agent_id: string | null;
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly run_id: string;
  readonly endpoint: string | null;
  readonly tags: Readonly<Record<string, string>> | null;
  readonly agent_path: readonly string[] | null;
  readonly agent_rule: AttributionRule | null;
  readonly user_rule: AttributionRule | null;
  readonly session_rule: AttributionRule | null;
}

export function attributionOfRow(row: AttributionRow): Attribution {
  return {
    agent: row.agent,
    agentId: row.agent_id,
    user: row.user_id,
    session: row.session_id,
    run: row.run_id,
    endpoint: row.endpoint,
    tags: row.tags ?? {},
    agentPath: row.agent_path ?? (row.agent === null ? [] : [row.agent]),
    rules: { agent: row.agent_rule, user: row.user_rule, session: row.session_rule },
  };
}

/** Null for an empty record, which most are. */
export function recordOrNull(record: Readonly<Record<string, unknown>>): string | null {
  for (const _ in record) return storableJson(record);
  return null;
}

/** Null for the path that the agent alone is, as nearly every one is. */
function pathOrNull({ agent, agentPath }: Attribution): string | null {
  const isAgentAlone = agentPath.length === (agent === null ? 0 : 1) && agentPath[0] === (agent ?? undefined);
  return isAgentAlone ? null : JSON.stringify(agentPath.map(storableText));
}
