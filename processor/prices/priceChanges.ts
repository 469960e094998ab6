import { TollgateError } from '../../src/errors.ts';
import { nameKey } from '../../src/pricing/overrides.ts';
import type { WrittenPrice } from '../../src/pricing/writtenPrice.ts';
import { type Actor, recordAction } from '../access/auditLog.ts';
import { badParameter } from '../api/problem.ts';
import type { Queries } from '../store/database.ts';
import { seizePrices } from './priceLock.ts';
import { endPrice, insertPrice, type PriceChange, replacePrice, selectPrices, type StoredPrice } from './priceRows.ts';
import { ratesJson } from './writtenJson.ts';

/** All of them are compiled anew with each change, and every call of an unknown name is compared with those that have globs. */
const PRICES_A_TENANT_MAX = 10_000;

export interface PutPrice {
  readonly created: boolean;
  readonly price: WrittenPrice;
}

/** Inside a transaction of its own. */
export async function putPrice(
  client: Queries,
  { tenant, price: asked, actor }: { readonly tenant: string; readonly price: WrittenPrice; readonly actor: Actor },
): Promise<PutPrice> {
  const { epoch, now } = await seizePrices(client);
  const price: WrittenPrice = { ...asked, from: asked.from === 'now' ? now.toISOString() : asked.from };
  if (price.to !== null && price.from !== null && price.to <= price.from) {
    throw badParameter('effective_to', price.to, `an instant after ${price.from}, from which the price would hold`);
  }
  const change: PriceChange = { tenant, epoch, now };
  const known = await selectPrices(client, tenant);
  const replaced = known.find((each) => isSameName(each, price) && each.from === price.from);
  if (replaced === undefined) checkRoom(tenant, known.length);
  else await replacePrice(client, change, replaced.id);
  await insertPrice(client, change, price, actor);
  const detail = { before: replaced === undefined ? null : detailOf(replaced), after: detailOf(price) };
  await recordAction(client, actor, { tenant, name: 'price.put', detail, at: now });
  return { created: replaced === undefined, price };
}

/** Inside a transaction of its own. Resolves to how many prices it ended or dropped. */
export async function endPrices(
  client: Queries,
  asked: { readonly tenant: string; readonly provider: string; readonly model: string; readonly actor: Actor },
): Promise<number> {
  const { tenant, provider, model, actor } = asked;
  const { epoch, now } = await seizePrices(client);
  const change: PriceChange = { tenant, epoch, now };
  const instant = now.toISOString();
  const known = (await selectPrices(client, tenant)).filter((each) => isSameName(each, { provider, model }));
  const later = known.filter(({ from }) => from !== null && from >= instant);
  const inForce = known.filter(({ from, to }) => (from === null || from < instant) && (to === null || to > instant));
  if (later.length + inForce.length === 0) throw notFound(provider, model);
  for (const { id } of later) await replacePrice(client, change, id);
  for (const { id } of inForce) await endPrice(client, change, id);
  const detail = { provider, model, ended: inForce.map(detailOf), dropped: later.map(detailOf) };
  await recordAction(client, actor, { tenant, name: 'price.end', detail, at: now });
  return later.length + inForce.length;
}

type PriceName = Pick<WrittenPrice, 'provider' | 'model'>;

function isSameName(one: PriceName, other: PriceName): boolean {
  return nameKey(one) === nameKey(other);
}

function detailOf(price: WrittenPrice | StoredPrice): object {
  const { provider, model, from, to, mapsTo } = price;
  return { provider, model, effective_from: from, effective_to: to, rates: ratesJson(price), maps_to: mapsTo };
}

function checkRoom(tenant: string, count: number): void {
  if (count < PRICES_A_TENANT_MAX) return;
  throw new TollgateError('conflict', `Tenant ${tenant} has ${PRICES_A_TENANT_MAX} prices, the most there may be.`);
}

function notFound(provider: string, model: string): TollgateError {
  return new TollgateError(
    'not_found',
    `There is no price of ${JSON.stringify(model)} of ${JSON.stringify(provider)} that holds now or later and was set by API.`,
  );
}
