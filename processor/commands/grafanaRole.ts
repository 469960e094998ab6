import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { TollgateError } from '../../src/errors.ts';
import { recordAction } from '../access/auditLog.ts';
import type { Queries } from '../store/database.ts';
import { nameSchema, readArgs, type CommandContext, type CommandResult } from './command.ts';

const argsSchema = z.strictObject({ tenant: nameSchema });

const PASSWORD_RANDOM_BYTES = 24;
const ROLE_SUFFIX_RANDOM_BYTES = 4;
/** `tollgate_` and `_` and 8 digits beside it stay below PostgreSQL's 63 bytes a name. */
const ROLE_TENANT_LENGTH_MAX = 32;

/**
 * Makes a role that reads the views of schema `tollgate` and sees one tenant there. The name has a random end, because
 * roles are shared by all databases of a server, and two of them may have a tenant of the same name.
 */
export async function makeGrafanaRole(context: CommandContext, args: unknown): Promise<CommandResult> {
  const { tenant } = readArgs(argsSchema, args);
  if (context.database.kind === 'embedded') {
    throw new TollgateError(
      'bad_parameter',
      'The embedded store takes no other client, so a role for Grafana is of no use there: it needs PostgreSQL, with --database-url.',
    );
  }
  const slug = tenant
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, ROLE_TENANT_LENGTH_MAX);
  const role = `tollgate_${slug}_${randomBytes(ROLE_SUFFIX_RANDOM_BYTES).toString('hex')}`;
  const password = randomBytes(PASSWORD_RANDOM_BYTES).toString('base64url');
  const now = context.now();
  await context.database.transaction(async (client) => {
    await createRole(client, role, password);
    await client.query('insert into tollgate_data.sql_roles (role_name, tenant) values ($1, $2)', [role, tenant]);
    await recordAction(
      client,
      { keyId: null, keyName: null },
      { tenant, name: 'grafana_role.create', detail: { role }, at: now },
    );
  });
  const lines = [
    `A role that may read the views of schema tollgate, and there the tenant ${tenant} alone.`,
    'The password is shown this once.',
    '',
    `role      ${role}`,
    `password  ${password}`,
  ];
  return { ok: true, lines, table: null, data: { role, password, tenant } };
}

/** Statements that take no parameters: the server itself quotes what goes into them, `%I` a name and `%L` a text. */
const statements = [
  'create role %1$I login password %2$L connection limit 20',
  'alter role %1$I set default_transaction_read_only = on',
  'alter role %1$I set search_path = tollgate',
  'grant usage on schema tollgate to %1$I',
  'grant select on all tables in schema tollgate to %1$I',
  // Views that a later version adds.
  'alter default privileges in schema tollgate grant select on tables to %1$I',
];

async function createRole(client: Queries, role: string, password: string): Promise<void> {
  try {
    for (const template of statements) {
      const [row] = await client.query<{ statement: string }>('select format($1, $2::text, $3::text) as statement', [
        template,
        role,
        password,
      ]);
      await client.query(row?.statement ?? '');
    }
  } catch (fault) {
    const isForbidden = fault instanceof Error && 'code' in fault && fault.code === INSUFFICIENT_PRIVILEGE;
    if (!isForbidden) throw fault;
    throw new TollgateError(
      'forbidden',
      `The database user that Tollgate connects as may not make roles: ${fault.message}.`,
      { cause: fault },
    );
  }
}

/** SQLSTATE. */
const INSUFFICIENT_PRIVILEGE = '42501';
