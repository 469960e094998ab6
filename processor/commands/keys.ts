import { z } from 'zod';
import { TollgateError } from '../../src/errors.ts';
import { recordAction } from '../access/auditLog.ts';
import { scopes } from '../access/caller.ts';
import { insertKey, listKeys, revokeKey, type ApiKey } from '../access/keys.ts';
import type { KeyLimits } from '../access/quota.ts';
import { nameSchema, readArgs, wholeNumberArg, type Cell, type CommandContext, type CommandResult } from './command.ts';

const LIMIT_MAX = 1_000_000_000;
const BODY_BYTES_MIN = 1_024;

/** Null: none. */
const limitSchema = (min: number) => wholeNumberArg(min, LIMIT_MAX).nullable().default(null);

const createSchema = z.strictObject({
  tenant: nameSchema,
  scopes: z
    .array(z.enum(scopes, { error: `expected one or more of ${scopes.join(', ')}` }))
    .min(1, { error: `expected one or more of ${scopes.join(', ')}` }),
  agent: nameSchema.refine((agent) => agent.trim() !== '', { error: 'expected more than blanks' }).nullable(),
  name: nameSchema.nullable(),
  max_requests_per_second: limitSchema(1),
  max_spans_per_second: limitSchema(1),
  max_body_bytes: limitSchema(BODY_BYTES_MIN),
});
const listSchema = z.strictObject({ tenant: nameSchema.nullable() });
const revokeSchema = z.strictObject({ id: z.string() });

/** Whoever reaches the socket or the database acts without a key. */
const nobody = { keyId: null, keyName: null };

export async function createKey(context: CommandContext, args: unknown): Promise<CommandResult> {
  const wanted = readArgs(createSchema, args);
  const now = context.now();
  const { apiKey, key } = await context.database.transaction(async (client) => {
    const { tenant, name, agent } = wanted;
    const made = await insertKey(
      client,
      { tenant, name, agent, scopes: [...new Set(wanted.scopes)], limits: limitsOf(wanted) },
      now,
    );
    const detail = toJson(made.apiKey);
    await recordAction(client, nobody, { tenant: wanted.tenant, name: 'key.create', detail, at: now });
    return made;
  });
  context.keysChanged();
  const lines = [
    `Key ${apiKey.id} for tenant ${apiKey.tenant} with scope ${apiKey.scopes.join(', ')}.`,
    'It is shown this once; only its hash is stored.',
    '',
    key,
  ];
  return { ok: true, lines, table: null, data: { ...toJson(apiKey), key } };
}

function limitsOf(wanted: z.output<typeof createSchema>): KeyLimits {
  return {
    maxRequestsPerSecond: wanted.max_requests_per_second,
    maxSpansPerSecond: wanted.max_spans_per_second,
    maxBodyBytes: wanted.max_body_bytes,
  };
}

export async function showKeys(context: CommandContext, args: unknown): Promise<CommandResult> {
  const { tenant } = readArgs(listSchema, args);
  const keys = await listKeys(context.database, tenant);
  const columns = ['id', 'name', 'tenant', 'scopes', 'agent', 'limits', 'created', 'revoked'];
  const rows = keys.map((apiKey): Cell[] => [
    apiKey.id,
    apiKey.name,
    apiKey.tenant,
    apiKey.scopes.join(','),
    apiKey.agent,
    limitsText(apiKey.limits),
    apiKey.createdAt.toISOString(),
    apiKey.revokedAt?.toISOString() ?? null,
  ]);
  const lines = keys.length === 0 ? ['No keys: the tenant is "default", and only this machine is served.'] : [];
  return { ok: true, lines, table: keys.length === 0 ? null : { columns, rows }, data: keys.map(toJson) };
}

export async function withdrawKey(context: CommandContext, args: unknown): Promise<CommandResult> {
  const { id } = readArgs(revokeSchema, args);
  const now = context.now();
  const apiKey = await context.database.transaction(async (client) => {
    const revoked = await revokeKey(client, id, now);
    if (revoked === null) {
      throw new TollgateError('not_found', `No key has the id ${JSON.stringify(id)}: see tollgate keys list.`);
    }
    const detail = { id: revoked.id, name: revoked.name };
    await recordAction(client, nobody, { tenant: revoked.tenant, name: 'key.revoke', detail, at: now });
    return revoked;
  });
  context.keysChanged();
  const since = apiKey.revokedAt?.toISOString() ?? now.toISOString();
  return { ok: true, lines: [`Key ${apiKey.id} is revoked since ${since}.`], table: null, data: toJson(apiKey) };
}

function limitsText({ maxRequestsPerSecond, maxSpansPerSecond, maxBodyBytes }: KeyLimits): string | null {
  const parts = [
    ...(maxRequestsPerSecond === null ? [] : [`${maxRequestsPerSecond} requests/s`]),
    ...(maxSpansPerSecond === null ? [] : [`${maxSpansPerSecond} spans/s`]),
    ...(maxBodyBytes === null ? [] : [`${maxBodyBytes} bytes`]),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}

function toJson(apiKey: ApiKey): object {
  return {
    id: apiKey.id,
    name: apiKey.name,
    tenant: apiKey.tenant,
    scopes: apiKey.scopes,
    agent: apiKey.agent,
    max_requests_per_second: apiKey.limits.maxRequestsPerSecond,
    max_spans_per_second: apiKey.limits.maxSpansPerSecond,
    max_body_bytes: apiKey.limits.maxBodyBytes,
    created_at: apiKey.createdAt.toISOString(),
    revoked_at: apiKey.revokedAt?.toISOString() ?? null,
  };
}
