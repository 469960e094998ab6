import type { Scope } from '../../processor/access/caller.ts';
import { insertKey, revokeKey } from '../../processor/access/keys.ts';
import type { KeyLimits } from '../../processor/access/quota.ts';
import type { Database } from '../../processor/store/database.ts';

export interface TestKey {
  readonly id: string;
  readonly key: string;
}

export async function makeKey(
  database: Database,
  tenant: string,
  wanted: {
    readonly scopes: readonly Scope[];
    readonly agent?: string;
    readonly name?: string;
    readonly limits?: KeyLimits;
    readonly isRevoked?: boolean;
  },
): Promise<TestKey> {
  const { scopes, agent = null, name = null, limits, isRevoked = false } = wanted;
  const now = new Date();
  const of = { tenant, scopes, agent, name, ...(limits === undefined ? {} : { limits }) };
  const { apiKey, key } = await insertKey(database, of, now);
  if (isRevoked) await revokeKey(database, apiKey.id, now);
  return { id: apiKey.id, key };
}

export const bearer = ({ key }: { readonly key: string }) => ({ authorization: `Bearer ${key}` });

export const allScopes: readonly Scope[] = ['ingest', 'query', 'policy', 'admin'];
