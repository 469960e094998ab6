import type { WrittenPrice } from '../../src/pricing/writtenPrice.ts';
import { storableText } from '../../src/storableText.ts';
import type { Actor } from '../access/auditLog.ts';
import type { Queries } from '../store/database.ts';
import { ratesJson, type RatesJson, ratesOfJson } from './writtenJson.ts';

interface PriceRow {
  readonly tenant: string;
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly effective_from: Date | null;
  readonly effective_to: Date | null;
  readonly rates: RatesJson | null;
  readonly maps_to: string | null;
  readonly created_at: Date;
}

/** A price of a tenant that no other one has replaced; it may have ended. */
export interface StoredPrice extends WrittenPrice {
  readonly id: string;
  readonly createdAt: Date;
}

const columns = 'tenant, id::text as id, provider, model, effective_from, effective_to, rates, maps_to, created_at';
const inOrder = 'order by provider, model, effective_from nulls first';

function storedPrice(row: PriceRow): StoredPrice {
  return {
    id: row.id,
    provider: row.provider,
    model: row.model,
    from: row.effective_from?.toISOString() ?? null,
    to: row.effective_to?.toISOString() ?? null,
    ...ratesOfJson(row.rates),
    mapsTo: row.maps_to,
    createdAt: row.created_at,
  };
}

export async function selectPrices(client: Queries, tenant: string): Promise<readonly StoredPrice[]> {
  const rows = await client.query<PriceRow>(
    `select ${columns} from tollgate_data.prices where tenant = $1 and replaced_at is null ${inOrder}`,
    [tenant],
  );
  return rows.map(storedPrice);
}

/** All prices of the tenants of whom one has changed since an epoch; a tenant without any left has an empty list. */
export async function selectChangedPrices(
  client: Queries,
  sinceEpoch: number,
): Promise<ReadonlyMap<string, readonly StoredPrice[]>> {
  const changed = await client.query<{ tenant: string }>(
    'select distinct tenant from tollgate_data.prices where changed_epoch > $1',
    [sinceEpoch],
  );
  const byTenant = new Map<string, StoredPrice[]>(changed.map(({ tenant }) => [tenant, []]));
  if (byTenant.size === 0) return byTenant;
  const rows = await client.query<PriceRow>(
    `select ${columns} from tollgate_data.prices where tenant = any ($1::text[]) and replaced_at is null ${inOrder}`,
    [[...byTenant.keys()]],
  );
  for (const row of rows) byTenant.get(row.tenant)?.push(storedPrice(row));
  return byTenant;
}

/** What a change of one price is done with. */
export interface PriceChange {
  readonly tenant: string;
  readonly epoch: number;
  readonly now: Date;
}

export async function insertPrice(
  client: Queries,
  { tenant, epoch, now }: PriceChange,
  price: WrittenPrice,
  actor: Actor,
): Promise<void> {
  const rates = ratesJson(price);
  await client.query(
    `insert into tollgate_data.prices
  (tenant, provider, model, effective_from, effective_to, rates, maps_to, created_at, key_id, key_name, changed_epoch)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      tenant,
      price.provider,
      storableText(price.model),
      price.from,
      price.to,
      rates === null ? null : JSON.stringify(rates),
      price.mapsTo === null ? null : storableText(price.mapsTo),
      now,
      actor.keyId,
      actor.keyName,
      epoch,
    ],
  );
}

/** Another one takes its place, or it never holds. */
export async function replacePrice(client: Queries, { tenant, epoch, now }: PriceChange, id: string): Promise<void> {
  await client.query(
    'update tollgate_data.prices set replaced_at = $3, changed_epoch = $4 where tenant = $1 and id = $2',
    [tenant, id, now, epoch],
  );
}

export async function endPrice(client: Queries, { tenant, epoch, now }: PriceChange, id: string): Promise<void> {
  await client.query(
    'update tollgate_data.prices set effective_to = $3, changed_epoch = $4 where tenant = $1 and id = $2',
    [tenant, id, now, epoch],
  );
}
