import { z } from 'zod';
import { listActions } from '../access/auditLog.ts';
import { type Cell, type CommandContext, type CommandResult, nameSchema, readArgs, wholeNumberArg } from './command.ts';

const LIMIT_MAX = 1_000;

const argsSchema = z.strictObject({
  tenant: nameSchema.nullable(),
  limit: wholeNumberArg(1, LIMIT_MAX),
});

/** Administrative actions, the latest first; of every tenant where none is named. */
export async function showActions({ database }: CommandContext, args: unknown): Promise<CommandResult> {
  const { tenant, limit } = readArgs(argsSchema, args);
  const actions = await listActions(database, { tenant, name: null, before: null, limit });
  const columns = ['at', 'tenant', 'action', 'key', 'detail'];
  const rows = actions.map(({ at, tenant: of, name, keyId, keyName, detail }): Cell[] => [
    at.toISOString(),
    of,
    name,
    keyId === null ? null : [keyId, keyName ?? ''].join(' ').trim(),
    JSON.stringify(detail),
  ]);
  const data = actions.map(({ id, tenant: of, at, name, keyId, keyName, detail }) => ({
    id,
    tenant: of,
    at: at.toISOString(),
    action: name,
    key_id: keyId,
    key_name: keyName,
    detail,
  }));
  if (rows.length === 0) return { ok: true, lines: ['No administrative actions.'], table: null, data };
  return { ok: true, lines: [], table: { columns, rows }, data };
}
