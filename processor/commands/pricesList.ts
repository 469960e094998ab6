import { z } from 'zod';
import type { KnownPrice } from '../prices/priceBook.ts';
import { type ListedPrice, priceSources, pricesInForce } from '../prices/pricesInForce.ts';
import { priceJson } from '../prices/writtenJson.ts';
import { type Cell, type CommandContext, type CommandResult, nameSchema, openPrices, readArgs } from './command.ts';
import { momentSchema } from './pricesShow.ts';

/** More than any rate card has, with as many as a tenant may set. */
const LISTED_MAX = 50_000;

const argsSchema = z.strictObject({
  tenant: nameSchema,
  provider: nameSchema.nullable(),
  model: nameSchema.nullable(),
  source: z.enum(priceSources, { error: `expected ${priceSources.join(', ')}` }).nullable(),
  at: momentSchema.nullable(),
});

/** The prices in force at an instant, those that were set first; and what is set for later. */
export async function listPrices(context: CommandContext, args: unknown): Promise<CommandResult> {
  const { tenant, at, ...filters } = readArgs(argsSchema, args);
  const book = await openPrices(context);
  const { pricing } = await book.refresh();
  const known = await book.list(tenant);
  const atMs = at ?? context.now().getTime();
  const { items } = pricesInForce(known, pricing, { ...filters, atMs }, { after: null, limit: LISTED_MAX });
  const later = known.filter(({ from }) => from !== null && Date.parse(from) > atMs);
  const lines = [
    ...later.map(laterLine),
    items.length === 0 ? 'No such price.' : 'USD for a million tokens; all rates of a model: tollgate prices show.',
  ];
  const columns = ['provider', 'model', 'source', 'input', 'cache read', 'output', 'from', 'to', 'priced as'];
  return {
    ok: true,
    lines,
    table: items.length === 0 ? null : { columns, rows: items.map(toRow) },
    data: { prices: items, later: later.map(priceJson) },
  };
}

function laterLine({ provider, model, from, to }: KnownPrice): string {
  return `Set for later: ${provider}/${model} from ${from}${to === null ? '' : ` to ${to}`}.`;
}

function toRow(price: ListedPrice): Cell[] {
  return [
    price.provider,
    price.model,
    price.source,
    price.input_usd_per_mtok ?? null,
    price.cache_read_usd_per_mtok ?? null,
    price.output_usd_per_mtok ?? null,
    price.effective_from,
    price.effective_to,
    price.maps_to,
  ];
}
